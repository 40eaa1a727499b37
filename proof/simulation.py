"""Simulated time and workers in it.

Workers are threads, but only one runs at any moment: whoever waits hands over to whatever comes next in simulated
time. So waiting costs nothing, workers meet in the middle of each other's calls as in real life, and the same seed
gives the same run.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

Job = Callable[[], None]


@dataclass(slots=True)
class _Worker:
    """A thread, and the lock that it waits for while it is not its turn."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    job: Job | None = None

    def __post_init__(self) -> None:
        self.turn.acquire()


class Simulation:
    """Time that passes only when everybody waits.

    began: Unix seconds at the start. workers: how many jobs may be under way at once.
    arrive: called once in each worker's thread before its first job.
    """

    def __init__(self, began: float, *, workers: int, arrive: Callable[[], None] = lambda: None) -> None:
        self.moment = began
        self._arrive = arrive
        self._numbers = count()
        self._coming: list[tuple[float, int, _Worker | Job, bool]] = []
        self._ready: deque[Job] = deque()
        self._idle: list[_Worker] = []
        self._here = threading.local()
        self._main = _Worker()
        self._failure: BaseException | None = None
        self._ending = False
        self._threads = [threading.Thread(target=self._live, args=(_Worker(),), daemon=True) for _ in range(workers)]

    def now(self) -> float:
        """Unix seconds in the simulation."""
        return self.moment

    def at(self, moment: float, job: Job) -> None:
        """A worker does this job then, or as soon after as one is free."""
        self._push(moment, job, quick=False)

    def happen(self, moment: float, event: Job) -> None:
        """This happens then, whoever is busy. It may not wait."""
        self._push(moment, event, quick=True)

    def sleep(self, seconds: float) -> None:
        """Called inside a job: the others go on meanwhile. Outside of jobs: time simply passes."""
        me: _Worker | None = getattr(self._here, "worker", None)
        if me is None:
            self.moment += seconds
            return
        self._push(self.moment + seconds, me, quick=False)
        self._hand_over(me)

    def run(self) -> None:
        """Until nothing is left to come. What a job raises ends the run and is raised here."""
        if not self._threads[0].is_alive():
            for thread in self._threads:
                thread.start()
                self._main.turn.acquire()
        self._hand_over(self._main)
        if self._failure:
            raise self._failure

    def end(self) -> None:
        """Send the workers home."""
        self._ending = True
        for worker in self._idle:
            worker.turn.release()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=5)

    def _push(self, moment: float, what: _Worker | Job, *, quick: bool) -> None:
        heapq.heappush(self._coming, (moment, next(self._numbers), what, quick))

    def _live(self, me: _Worker) -> None:
        self._here.worker = me
        self._arrive()
        self._idle.append(me)
        self._main.turn.release()
        me.turn.acquire()
        while not self._ending:
            self._work(me)
            if self._ready:
                me.job = self._ready.popleft()
                continue
            self._idle.append(me)
            self._hand_over(me)

    def _work(self, me: _Worker) -> None:
        job, me.job = me.job, None
        try:
            if job:
                job()
        except BaseException as failure:  # noqa: BLE001 - whatever it is, `run` raises it again
            self._failure = self._failure or failure
            self._coming.clear()
            self._ready.clear()

    def _hand_over(self, me: _Worker) -> None:
        """Let the next one go on, and wait for my own turn."""
        following = self._following()
        if following is me:
            return
        following.turn.release()
        me.turn.acquire()

    def _following(self) -> _Worker:
        while self._coming:
            moment, _, what, quick = heapq.heappop(self._coming)
            self.moment = max(self.moment, moment)
            if isinstance(what, _Worker):
                return what
            if quick:
                what()
            elif self._idle:
                worker = self._idle.pop()
                worker.job = what
                return worker
            else:
                self._ready.append(what)
        return self._main
