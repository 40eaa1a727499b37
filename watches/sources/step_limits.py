"""How much one step of a look may read: the queue ends what takes too long, and a slow share would stand still.

A step begins no other file after a while, and the next one goes on from there. A single file gets the most of a step's
time; one that is not read by then is told by its size and time, as what is too large to be read.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from watches.sources import disk
from watches.sources.disk import Body

READ_AT_ONCE = 512 * 2**20  # bytes of new files that one step reads; the others wait for the next
PIECE = 2**20


class TooSlow(Exception):
    """Its bytes did not come in the time that there is."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: after `step` no other file is begun, after `longest` no reading goes on.

    A round begins its last look after 20 seconds, a look its last step after 60 more, and the queue ends all after 240.
    """

    step: float = 30.0
    longest: float = 120.0
    stopwatch: Callable[[], float] = time.monotonic


USUAL = Pace()
COPYING = Pace(longest=150.0)


class Step:
    """One step, from now on. There is always time for one file."""

    def __init__(self, pace: Pace) -> None:
        self.left_over = False  # something waits for the next step
        self._pace, self._began = pace, pace.stopwatch()
        self._files = self._bytes = 0

    def may_read(self, size: int) -> bool:
        """Whether another file of so many bytes is begun."""
        full = self._bytes >= READ_AT_ONCE or self._seconds() >= self._pace.step
        if self._files and full:
            self.left_over = True
            return False
        self._files, self._bytes = self._files + 1, self._bytes + size
        return True

    def is_over(self) -> bool:
        """Whether what is being read has to be given up."""
        return self._seconds() >= self._pace.longest

    def had_all_the_time(self) -> bool:
        """Whether the file that was given up was the only one. Otherwise it is the first of the next step."""
        self.left_over = self.left_over or self._files > 1
        return self._files == 1

    def _seconds(self) -> float:
        return self._pace.stopwatch() - self._began


def digest(top: str, path: str, body: Body, over: Callable[[], bool] = lambda: False) -> str:
    """sha256 of the bytes. Raises OSError; FileNotFoundError when this is no longer that file; TooSlow."""
    with disk.opened(top, path) as file:
        hashed = hashlib.sha256()
        while piece := file.read(PIECE):
            if over():
                raise TooSlow(path)
            hashed.update(piece)
        if disk.body_of(os.fstat(file.fileno())) != body:
            raise FileNotFoundError(f"{path!r} is being written to")
    return hashed.hexdigest()
