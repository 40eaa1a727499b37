"""How a page of the calendar is laid out: cells of a month, hours of a week, rows of a list. No question is asked here.

A cell shows the first few; how many more there are is a number that leads to the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from poster.dashboard.long_lists import Cursor
from publishing.calendar import grid
from publishing.calendar.gaps import Gap
from publishing.calendar.grid import DAY, Span
from publishing.calendar.showing import Entry

FEW, FEWER = 3, 2  # entries of a day in the month, of an hour in the week
CROWDED = 500  # entries of a month, of whose days fewer are shown: the page stays small
MANY = 20  # entries of a day from which on a phone shows no picture of it
LINES = 4  # entries and gaps of a day in the month
EARLY = 7  # hours before are shown when something is in them
PAGE = 50  # rows of a list

Item = Entry | Gap


def place_of(item: Item) -> Cursor:
    """Where in a list it stands. A gap stands before the posts of its moment."""
    return Cursor(item.at, str(item.post) if isinstance(item, Entry) else "")


@dataclass(slots=True)
class Hour:
    """An hour of a day as the clock on the wall shows it. `skipped`: it does not on that day."""

    hour: int
    skipped: bool
    entries: list[Entry] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    more: int = 0


@dataclass(slots=True)
class Cell:
    """A day. `total`: of its entries; `changes`: by how many minutes its clocks are put, forward or back (negative)."""

    day: dt.date
    today: bool
    past: bool
    outside: bool  # of another month
    total: int = 0
    open: int = 0  # gaps
    changes: int = 0
    entries: list[Entry] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    hours: list[Hour] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Entries that are not shown."""
        return self.total - len(self.entries)

    @property
    def pictured(self) -> Entry | None:
        """Whose picture stands for the day on a phone; None where there is none, or so much that one says little."""
        first = next(iter(self.entries), None)
        return first if first and first.picture and self.total < MANY else None

    @property
    def more_gaps(self) -> int:
        """Gaps that are not shown."""
        return 0 if self.outside else self.open - len(self.gaps)

    @property
    def lines(self) -> list[Item]:
        """What is shown, as it comes."""
        return sorted([*self.entries, *self.gaps], key=lambda each: each.at)


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a list by day. `after`: where the rest begins; None when there is none."""

    days: list[tuple[Cell, list[Item]]]
    after: Cursor | None


Days = Mapping[dt.date, Sequence[Entry]]
Gaps = Mapping[dt.date, Sequence[Gap]]
Totals = Mapping[dt.date, int]  # of entries, where only some of a day are given


def month(span: Span, entries: Days, gaps: Gaps, today: dt.date, totals: Totals | None = None) -> list[list[Cell]]:
    """Six weeks of seven days."""
    few = FEW if sum((totals or {}).values()) <= CROWDED else FEWER
    first = {day: list(entries.get(day, ()))[:few] for day in span.days}
    weeks = [[_cell(span, day, entries, gaps, today) for day in week] for week in span.weeks]
    for cell in (cell for week in weeks for cell in week):
        cell.entries = first[cell.day]
        _fit(cell, totals, gaps)
    return weeks


def week(span: Span, entries: Days, gaps: Gaps, today: dt.date) -> list[Cell]:
    """Seven days of hours: from early on, or from the first of these days in which something is."""
    cells = [_cell(span, day, entries, gaps, today) for day in span.days]
    items: list[Item] = [item for of in (entries, gaps) for rows in of.values() for item in rows]
    known = [item.at.astimezone(span.zone).hour for item in items]
    first = min([EARLY, *known])
    for cell in cells:
        skipped = grid.skipped_hours(cell.day, span.zone) if cell.changes else frozenset()
        rows = {hour: Hour(hour, hour in skipped) for hour in range(first, 24)}
        for entry in entries.get(cell.day, ()):
            _put(rows[entry.at.astimezone(span.zone).hour], entry)
        for gap in gaps.get(cell.day, ()):
            rows[gap.at.astimezone(span.zone).hour].gaps.append(gap)
        cell.hours = list(rows.values())
        cell.entries = [entry for row in cell.hours for entry in row.entries]
    return cells


def listed(
    span: Span,
    entries: Days,
    gaps: Gaps,
    today: dt.date,
    *,
    after: Cursor | None = None,
    totals: Totals | None = None,
) -> Listed:
    """A page of rows, behind this place."""
    items: list[Item] = [item for of in (entries, gaps) for rows in of.values() for item in rows]
    items.sort(key=place_of)
    rest = [item for item in items if after is None or place_of(item) > after]
    page = rest[:PAGE]
    days = groupby(page, key=lambda item: grid.day_of(item.at, span.zone))
    cells = [(_cell(span, day, entries, gaps, today), list(rows)) for day, rows in days]
    for cell, _ in cells:
        cell.total = cell.total if totals is None else totals.get(cell.day, 0)
    return Listed(cells, place_of(page[-1]) if len(rest) > PAGE else None)


def _put(row: Hour, entry: Entry) -> None:
    if len(row.entries) < FEWER:
        row.entries.append(entry)
    else:
        row.more += 1


def _fit(cell: Cell, totals: Totals | None, gaps: Gaps) -> None:
    """Gaps go into what room its entries leave."""
    cell.total = cell.total if totals is None else totals.get(cell.day, 0)
    room = max(LINES - len(cell.entries) - bool(cell.more), 0)
    free = [] if cell.outside else list(gaps.get(cell.day, ()))
    cell.gaps = free if len(free) <= room else free[: max(room - 1, 0)]


def _cell(span: Span, day: dt.date, entries: Days, gaps: Gaps, today: dt.date) -> Cell:
    length = grid.begins(day + DAY, span.zone) - grid.begins(day, span.zone)
    cell = Cell(day, day == today, day < today, (day.year, day.month) != (span.on.year, span.on.month))
    cell.total, cell.open = len(entries.get(day, ())), len(gaps.get(day, ()))
    cell.changes = round((DAY - length) / dt.timedelta(minutes=1))
    return cell
