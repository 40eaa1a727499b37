"""Several things under way at once, where they only wait: threads that do jobs as long as a block lasts.

What publishes is no job: only the main thread of a process makes the call that cannot be taken back (`send_deadline`).
A crew of one has no threads: each job is done where and when its answer is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from functools import partial
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
        self.locks: dict[Hashable, threading.Lock] = {}
        self._pool = ThreadPoolExecutor(size, initializer=self._arrive) if size > 1 else None
        self._is_there = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was given to it is done first."""
        if self._pool is None:
            return
        if self._is_there:
            last = threading.Barrier(self.size)  # no thread leaves twice, so each of them leaves
            for _ in range(self.size):
                self._pool.submit(self._leave, last)
        self._pool.shutdown()

    @property
    def has_threads(self) -> bool:
        """Whether anything is done at once."""
        return self._pool is not None

    def each(self, jobs: Iterable[Callable[[], Answer] | None]) -> Iterator[Answer]:
        """Their answers as they come; who names the next job is asked when there is somebody to do it.

        A job of None: none now; ask again when an answer has come. Whatever is raised, by a job, by whoever names them
        or by whoever reads the answers, goes on when all that was begun is done.
        """
        if self._pool is None:
            yield from (job() for job in jobs if job)
            return
        under_way, more = set[Future[Answer]](), iter(jobs)
        try:
            while True:
                while len(under_way) < self.size and (job := next(more, None)):
                    under_way.add(self._submit(self._pool, job))
                if not under_way:
                    return
                done = wait(under_way, return_when=FIRST_COMPLETED).done.pop()
                under_way.remove(done)
                yield done.result()
        finally:
            wait(under_way)

    def later(self, job: Job) -> None:
        """Nobody waits for this one, and its errors are told."""
        if self._pool is None:
            job()
        else:
            self._submit(self._pool, partial(_told, job))

    def _submit(self, pool: ThreadPoolExecutor, job: Callable[[], Answer]) -> Future[Answer]:
        self._is_there = True
        return pool.submit(job)

    def _arrive(self) -> None:
        _here.crew = self

    @staticmethod
    def _leave(last: threading.Barrier) -> None:
        last.wait()
        connections.close_all()


def _told(job: Job) -> None:
    with mishaps.survived("A job of a crew was not done"):
        job()
