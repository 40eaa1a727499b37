"""Several under way at once: threads that do what only waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from outbox.crew import Crew, alone

PATIENCE = 20.0  # seconds; who waits longer waits alone


def meeting(size: int) -> Callable[[], bool]:
    """A job that ends when so many are at it in the same moment."""
    barrier = threading.Barrier(size)

    def job() -> bool:
        barrier.wait(PATIENCE)
        return threading.current_thread() is threading.main_thread()

    return job


def test_so_many_jobs_are_under_way_at_once_and_none_in_the_main_thread() -> None:
    job = meeting(3)
    with Crew(3) as crew:
        assert list(crew.each([job] * 6)) == [False] * 6


def test_a_crew_of_one_does_each_job_when_its_answer_is_asked_for() -> None:
    done: list[int] = []

    def job(number: int) -> Callable[[], int]:
        def do() -> int:
            done.append(number)
            return number

        return do

    answers = Crew(1).each(job(number) for number in range(3))
    assert (next(answers), done) == (0, [0])
    assert (list(answers), done) == ([1, 2], [0, 1, 2])


def test_an_error_is_raised_when_all_others_are_done() -> None:
    """What others have begun has to be finished."""

    def wrong() -> int:
        return 1 // 0

    answers: list[int] = []
    with Crew(2) as crew, pytest.raises(ZeroDivisionError):
        answers.extend(crew.each([wrong, lambda: 1, lambda: 2]))
    assert sorted(answers) == [1, 2]


def test_of_those_who_are_at_the_same_thing_one_is_at_any_moment() -> None:
    at_it: list[int] = []
    seen: list[int] = []

    def job(what: str) -> Callable[[], None]:
        def do() -> None:
            with alone(what):
                at_it.append(1)
                time.sleep(0.01)
                seen.append(len(at_it))
                at_it.pop()

        return do

    with Crew(3) as crew:
        list(crew.each(job("picture") for _ in range(6)))
    assert seen == [1] * 6
    with alone("picture"), alone("picture"):  # outside of a crew nobody waits
        pass


def test_what_nobody_waits_for_is_done_before_the_crew_goes() -> None:
    done: list[bool] = []
    for size in (1, 3):
        with Crew(size) as crew:
            crew.later(lambda: done.append(True))
    assert done == [True, True]
