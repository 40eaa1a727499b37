"""The product's clock in the hands of a test; behind it, it goes as everybody's."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest

from poster import clock


class Clock:
    """It goes as everybody's, until a test puts it or lets time pass."""

    _ahead = 0.0

    def put(self, moment: dt.datetime) -> None:
        """It stands there."""
        clock.use(moment.timestamp)

    def pass_by(self, span: dt.timedelta = dt.timedelta(), /, **more: float) -> None:
        """So much later than it was, and it goes on. `more`: as of a `timedelta`."""
        self._ahead += (span + dt.timedelta(**more)).total_seconds()
        clock.use(lambda: time.time() + self._ahead)


@pytest.fixture
def the_clock() -> Iterator[Clock]:
    """For whoever moves it."""
    yield Clock()
    clock.use(time.time)


@pytest.fixture
def steady() -> Iterator[list[float]]:
    """The steady clock alone, in seconds: it goes on when a test says so."""
    at = [1000.0]
    clock.use(time.time, lambda: at[0])
    yield at
    clock.use(time.time)
