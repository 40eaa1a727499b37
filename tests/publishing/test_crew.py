"""Several under way at once: threads that do what only waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

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


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_an_error_is_raised_when_all_that_was_begun_is_done(error: type[BaseException]) -> None:
    """Also one that ends a worker: whoever waits for an answer would wait for ever."""
    begun, done = threading.Event(), list[bool]()

    def wrong() -> bool:
        begun.wait(PATIENCE)
        raise error

    def slow() -> bool:
        begun.set()
        time.sleep(0.05)
        done.append(True)
        return True

    with Crew(2) as crew:
        with pytest.raises(error):
            list(crew.each([wrong, slow]))
        assert done == [True]
        assert list(crew.each([lambda: 1])) == [1]


def test_an_error_of_who_names_the_jobs_waits_for_those_that_were_begun() -> None:
    done: list[bool] = []

    def slow() -> None:
        time.sleep(0.05)
        done.append(True)

    def jobs() -> Iterator[Callable[[], None]]:
        yield slow
        raise ValueError

    with Crew(2) as crew, pytest.raises(ValueError):  # noqa: PT011
        list(crew.each(jobs()))
    assert done == [True]


def test_none_is_no_job_now_and_asked_for_again_when_an_answer_has_come() -> None:
    named: list[int | None] = [1, None, 2, None]

    def jobs() -> Iterator[Callable[[], int] | None]:
        for number in named:
            yield None if number is None else partial(abs, number)

    for size in (1, 3):
        with Crew(size) as crew:
            assert list(crew.each(jobs())) == [1, 2]


def test_a_job_that_nobody_waits_for_may_fail() -> None:
    def wrong() -> None:
        raise ValueError

    with Crew(2) as crew:
        for _ in range(3):
            crew.later(wrong)
        assert list(crew.each([lambda: 1])) == [1]


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


def test_a_crew_that_has_nothing_to_do_begins_no_thread() -> None:
    arrived: set[int] = set()
    threading.setprofile(lambda *_: arrived.add(threading.get_ident()))
    try:
        with Crew(3) as idle:
            assert list(idle.each([])) == []
        assert arrived == set()
        with Crew(3) as crew:
            crew.later(lambda: None)
        assert len(arrived) == 3  # each of which has to leave
    finally:
        threading.setprofile(None)
