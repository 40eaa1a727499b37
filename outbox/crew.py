"""Several things under way at once, where they only wait: threads that do jobs as long as a block lasts.

What publishes is no job: only the main thread of a process makes the call that cannot be taken back (`send_deadline`).
A crew of one has no threads: each job is done where and when its answer is asked for.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connections

from poster.work import mishaps

Answer = TypeVar("Answer")
Job = Callable[[], Any]
_here = threading.local()


def alone(what: Hashable) -> AbstractContextManager[object]:
    """Of the threads of one crew, one is at `what` in any moment, and the others wait. Outside of a crew: nothing."""
    crew: Crew | None = getattr(_here, "crew", None)
    return crew.locks.setdefault(what, threading.Lock()) if crew else nullcontext()


class Crew:
    """`size`: how many jobs may be under way in the same moment. Each thread has connections of its own."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(size if size > 1 else 0)]
        self._started = False
        self.locks: dict[Hashable, threading.Lock] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was given to it is done first."""
        if not self._started:
            return
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    @property
    def has_threads(self) -> bool:
        """Whether anything is done at once."""
        return bool(self._threads)

    def each(self, jobs: Iterable[Callable[[], Answer] | None]) -> Iterator[Answer]:
        """Their answers as they come; who names the next job is asked when there is somebody to do it.

        A job of None: none now; ask again when an answer has come. Whatever is raised, by a job, by whoever names them
        or by whoever reads the answers, goes on when all that was begun is done.
        """
        if not self.has_threads:
            yield from (job() for job in jobs if job)
            return
        answers: queue.SimpleQueue[tuple[Answer | None, BaseException | None]] = queue.SimpleQueue()
        under_way, more = 0, iter(jobs)
        try:
            while True:
                while under_way < self.size and (job := next(more, None)):
                    self._give(job, answers)
                    under_way += 1
                if not under_way:
                    return
                (answer, error), under_way = answers.get(), under_way - 1
                if error is not None:
                    raise error
                yield answer  # type: ignore[misc]  # there is one where there is no error
        finally:
            for _ in range(under_way):
                answers.get()

    def later(self, job: Job) -> None:
        """Nobody waits for this one, and its errors are its own business (`mishaps.survived`)."""
        if self.has_threads:
            self._put(job)
        else:
            job()

    def _give(
        self, job: Callable[[], Answer], answers: queue.SimpleQueue[tuple[Answer | None, BaseException | None]]
    ) -> None:
        def told() -> None:
            try:
                answers.put((job(), None))
            except BaseException as error:  # noqa: BLE001 - raised again by `each`
                answers.put((None, error))

        self._put(told)

    def _put(self, job: Job) -> None:
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        self._jobs.put(job)

    def _work(self) -> None:
        _here.crew = self
        try:
            while job := self._jobs.get():
                with mishaps.survived("A job of a crew was not done"):
                    job()
        finally:
            connections.close_all()
