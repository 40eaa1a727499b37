"""Who has to go when all places of the server are taken.

Whoever gets on is thrown out last: a picture on its way to a platform is older than all that a stranger has only just
opened, and must not make room for it. And an address that holds more than its share is the first to give some back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol, TypeVar

KB = 1024
PLACES = 500
SPARE = 16  # places that are made free at once
MOMENT = 2.0  # seconds that everybody has, even then
SHARE = 4  # one address may hold one of so many places; more, as long as nobody waits for one
LATELY = 0.25  # how much the last look counts in a pace, against all before it


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, in seconds, and how many. `answer`: on top of what its bytes need at the slowest `rate` (a second)."""

    idle: float = 60.0
    request: float = 60.0
    answer: float = 60.0
    rate: float = 16.0 * KB
    places: int = PLACES
    spare: int = SPARE
    moment: float = MOMENT

    @property
    def look(self) -> float:
        """Seconds between two looks at a pace: a few of them make a moment."""
        return self.moment / 4

    @property
    def share(self) -> int:
        """Places that one address may hold when others wait."""
        return max(self.places // SHARE, 1)


class Stage(IntEnum):
    """How far somebody has come: who has asked for nothing yet waits for nothing either."""

    SILENT = 0
    SENDING = 1  # the body of a request whose header is there
    READING = 2


class Pace:
    """Bytes a second that got through lately. Who stands still for a few seconds is steady yet, and not for long."""

    def __init__(self, now: float) -> None:
        self.rate = 0.0
        self._at, self._through = now, 0

    def due(self, now: float, every: float) -> bool:
        """Whether so many seconds have passed since the last look."""
        return now - self._at >= every

    def measure(self, through: int, now: float) -> None:
        """`through`: bytes since the connection came."""
        self.rate += LATELY * ((through - self._through) / (now - self._at) - self.rate)
        self._at, self._through = now, through


class Place(Protocol):
    """One connection. `requests`: those that our own views answer now; `visitors`: empty where it may be of many."""

    requests: list[Any]
    visitor: str
    pace: Pace

    @property
    def since(self) -> float: ...
    @property
    def stage(self) -> Stage: ...


Taken = TypeVar("Taken", bound=Place)


def who_goes(taken: Iterable[Taken], now: float, limits: Limits) -> list[Taken]:
    """Those to throw out now, `spare` at most; nobody whom we keep waiting ourselves.

    Who gets on goes only when too few others are there at all: not because those others have only just come.
    """
    places = list(taken)
    held = Counter(one.visitor for one in places if one.visitor)

    def over(one: Taken) -> bool:
        return held[one.visitor] > limits.share

    def had_a_moment(one: Taken) -> bool:
        return over(one) or now - one.since > limits.moment

    def gets_on(one: Taken) -> bool:
        return bool(one.stage) and one.pace.rate >= limits.rate

    movable = [one for one in places if not one.requests]
    steady = [one for one in movable if gets_on(one)]
    slow = [one for one in movable if not gets_on(one)]
    slow.sort(key=lambda one: (not over(one), one.stage, one.since))
    steady.sort(key=lambda one: (not over(one), one.pace.rate))
    going = [one for one in slow if had_a_moment(one)][: limits.spare]
    more = max(limits.spare - len(slow), 0)
    return going + [one for one in steady[:more] if had_a_moment(one)]
