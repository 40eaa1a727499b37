"""The days of a month, a week, a list in one zone, and the moments that they begin at. Pure: no row, no clock.

A day begins at its first moment there is and ends where the next one begins: when clocks are changed it has 23, 24.5 or
25 hours. Whatever is counted in days is counted on the wall, and becomes a moment at the end (`poster.wall_clock`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from poster import wall_clock

WEEK = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(1971, 1, 1), dt.date(9998, 12, 1)  # what is asked for beyond is put in here


class View(StrEnum):
    """How much of it is shown, and how."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"


DAYS = {View.MONTH: 42, View.WEEK: 7, View.LIST: 28}


class Timed(Protocol):
    """What has a moment."""

    @property
    def at(self) -> dt.datetime: ...


Row = TypeVar("Row", bound=Timed)


@dataclass(frozen=True, slots=True)
class Span:
    """What one page shows: whole days. `on`: the day that was asked for, which is one of them."""

    view: View
    on: dt.date
    zone: dt.tzinfo

    @property
    def first(self) -> dt.date:
        """Of a month, the Monday on or before its first day; of a week, its Monday; of a list, the day itself."""
        match self.view:
            case View.MONTH:
                return monday(self.on.replace(day=1))
            case View.WEEK:
                return monday(self.on)
        return self.on

    @property
    def days(self) -> list[dt.date]:
        """All of them, in their order."""
        return [self.first + DAY * number for number in range(DAYS[self.view])]

    @property
    def weeks(self) -> list[list[dt.date]]:
        """The same, by sevens."""
        return [self.days[at : at + 7] for at in range(0, DAYS[self.view], 7)]

    @property
    def begin(self) -> dt.datetime:
        """The first moment, in UTC."""
        return begins(self.first, self.zone)

    @property
    def end(self) -> dt.datetime:
        """The first moment after it, in UTC."""
        return begins(self.first + DAY * DAYS[self.view], self.zone)

    def beside(self, step: int) -> dt.date:
        """A day of the page before (-1) or behind (1)."""
        if self.view != View.MONTH:
            return inside(self.on + DAY * DAYS[self.view] * step)
        month = self.on.year * 12 + self.on.month - 1 + step
        return inside(dt.date(month // 12, month % 12 + 1, 1))


def inside(date: dt.date) -> dt.date:
    """A day with room for a month on both sides."""
    return min(max(date, FIRST), LAST)


def monday(date: dt.date) -> dt.date:
    """The one on or before this day."""
    return date - DAY * date.weekday()


def begins(date: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The first moment of a day, in UTC. Where clocks skip midnight, it is the one that they skip to."""
    return wall_clock.moment(dt.datetime.combine(date, dt.time.min), zone)


def day_of(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The day that the calendar on the wall shows at this moment."""
    return moment.astimezone(zone).date()


def by_day(rows: Iterable[Row], zone: dt.tzinfo) -> Mapping[dt.date, Sequence[Row]]:
    """Each in its day, earliest first; days without any are not in it."""
    found: dict[dt.date, list[Row]] = {}
    for row in sorted(rows, key=lambda each: each.at):
        found.setdefault(day_of(row.at, zone), []).append(row)
    return found


def moved(moment: dt.datetime, to: dt.date, zone: dt.tzinfo, wall: dt.time | None = None) -> dt.datetime:
    """On another day, at the time of day that it has on the wall there, or at `wall`. In UTC.

    A wall time that the clock skips moves forward; of one that comes twice, the first is meant.
    """
    here = wall or moment.astimezone(zone).time()
    return wall_clock.moment(dt.datetime.combine(to, here.replace(tzinfo=None, fold=0)), zone)


def skipped_hours(date: dt.date, zone: dt.tzinfo) -> frozenset[int]:
    """The hours of which the clock on the wall shows no minute on that day."""
    return frozenset(hour for hour in range(24) if not any(_shown(date, hour, minute, zone) for minute in (0, 30, 59)))


def _shown(date: dt.date, hour: int, minute: int, zone: dt.tzinfo) -> bool:
    wall = dt.datetime.combine(date, dt.time(hour, minute))
    return wall_clock.moment(wall, zone).astimezone(zone).replace(tzinfo=None) == wall
