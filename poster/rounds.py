"""How long a round may go on: a short while, so that the next one gets its turn, and not when we are to end."""

from __future__ import annotations

import time
from collections.abc import Callable

BOUND = 20.0  # seconds; a round that stops in the middle is carried on by the next
_ending = False

Over = Callable[[], bool]


def begun() -> Over:
    """Ask the answer between two rows: is this round to stop here?"""
    until = time.monotonic() + BOUND
    return lambda: _ending or time.monotonic() > until


def never() -> bool:
    """For work outside of rounds: it goes on to its end."""
    return False


def end_soon(*_signal: object) -> None:
    """From now on every round of this process stops after the row that it works on."""
    global _ending
    _ending = True
