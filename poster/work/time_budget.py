"""How long a round may go on: a short while, so that the next one gets its turn, and not when we are to end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from poster.work import mishaps

BOUND = 20.0  # seconds; a round that stops in the middle is carried on by the next
_ending = False

Over = Callable[[], bool]
Answer = TypeVar("Answer")


def begun() -> Over:
    """Ask the answer between two rows: is this round to stop here?"""
    until = time.monotonic() + BOUND
    return lambda: _ending or time.monotonic() > until


def never() -> bool:
    """For work outside of rounds: it goes on to its end."""
    return False


def ending() -> bool:
    """Whether this process is to end: nothing is begun any more."""
    return _ending


class Parts:
    """The parts of a round, each by itself: one that raises does not keep the others from running."""

    def __init__(self) -> None:
        self._first: Exception | None = None

    def run(self, part: Callable[..., Answer], *how: object, otherwise: Answer) -> Answer:
        """What `part` returns; `otherwise` when it raises."""
        answer = otherwise
        with mishaps.survived(f"A part of a round ({part.__module__}.{part.__qualname__}) was not done") as tried:
            answer = part(*how)
        self._first = self._first or tried.error
        return answer

    def end(self) -> None:
        """Raises the first error of all, so that whoever asked for the round knows."""
        if self._first is not None:
            raise self._first


def end_soon(*_signal: object) -> None:
    """From now on every round of this process stops after the row that it works on."""
    global _ending
    _ending = True
