"""The grid of the calendar: every day is there once, in every zone, also when clocks are put."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.calendar import grid
from publishing.calendar.grid import DAY, Span, View

HOUR = dt.timedelta(hours=1)
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 16 * 365 * 24 * 3600).map(lambda seconds: START + dt.timedelta(seconds=seconds))
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


@dataclass(frozen=True)
class Timed:
    at: dt.datetime


@given(st.sampled_from(View), DATES, ZONES)
def test_a_span_is_whole_days_without_a_hole(view: View, on: dt.date, zone: ZoneInfo) -> None:
    span = Span(view, on, zone)
    assert on in span.days
    assert [after - before for before, after in pairwise(span.days)] == [DAY] * (len(span.days) - 1)
    edges = [grid.begins(day, zone) for day in [*span.days, span.days[-1] + DAY]]
    assert (edges[0], edges[-1]) == (span.begin, span.end)
    assert all(HOUR * 20 < after - before < HOUR * 28 for before, after in pairwise(edges))
    if view != View.LIST:
        assert span.first.weekday() == 0
    if view == View.MONTH:
        assert {len(week) for week in span.weeks} == {7}
        assert len(span.weeks) == 6


@given(st.sampled_from(View), DATES, ZONES)
def test_the_pages_beside_lead_back(view: View, on: dt.date, zone: ZoneInfo) -> None:
    later = Span(view, Span(view, on, zone).beside(1), zone)
    assert later.begin >= Span(view, on, zone).begin + 27 * DAY or view == View.WEEK
    back = Span(view, later.beside(-1), zone)
    assert (back.first, back.view) == (Span(view, on, zone).first, view)


@given(MOMENTS, ZONES)
def test_what_is_shown_on_a_day_is_between_its_ends(moment: dt.datetime, zone: ZoneInfo) -> None:
    day = grid.day_of(moment, zone)
    assert grid.begins(day, zone) <= moment < grid.begins(day + DAY, zone)
    assert grid.by_day([Timed(moment)], zone) == {day: [Timed(moment)]}


@given(MOMENTS, DATES, ZONES)
def test_moving_keeps_the_time_on_the_wall_or_goes_forward(moment: dt.datetime, to: dt.date, zone: ZoneInfo) -> None:
    wall = moment.astimezone(zone).time()
    there = grid.moved(moment, to, zone).astimezone(zone).replace(tzinfo=None)
    wanted = dt.datetime.combine(to, wall)
    assert there == wanted or wanted < there <= wanted + 3 * HOUR
    hour = grid.moved(moment, to, zone, dt.time(15)).astimezone(zone)
    assert (hour.date(), hour.hour) == (to, 15)


@pytest.mark.parametrize(
    ("name", "day", "hours", "skipped"),
    [
        ("Europe/Berlin", "2026-03-29", 23, {2}),
        ("Europe/Berlin", "2026-10-25", 25, set()),
        ("America/New_York", "2026-03-08", 23, {2}),
        ("America/New_York", "2026-11-01", 25, set()),
        ("Europe/Istanbul", "2026-03-29", 24, set()),
        ("Europe/Istanbul", "2026-10-25", 24, set()),
        ("Australia/Lord_Howe", "2026-10-04", 23.5, set()),
        ("Australia/Lord_Howe", "2026-04-05", 24.5, set()),
        ("America/Havana", "2026-03-08", 23, {0}),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(name: str, day: str, hours: float, skipped: set[int]) -> None:
    zone, date = ZoneInfo(name), dt.date.fromisoformat(day)
    assert grid.begins(date + DAY, zone) - grid.begins(date, zone) == HOUR * hours
    assert grid.skipped_hours(date, zone) == skipped


@pytest.mark.parametrize(
    ("name", "was", "to", "shown"),
    [
        ("Europe/Berlin", "2026-03-27T09:00+01:00", "2026-03-30", "2026-03-30T09:00:00+02:00"),
        ("Europe/Berlin", "2026-03-27T02:30+01:00", "2026-03-29", "2026-03-29T03:30:00+02:00"),
        ("Europe/Berlin", "2026-10-24T02:30+02:00", "2026-10-25", "2026-10-25T02:30:00+02:00"),
        ("America/New_York", "2026-11-02T09:00-05:00", "2026-10-30", "2026-10-30T09:00:00-04:00"),
        ("Europe/Istanbul", "2026-03-27T02:30+03:00", "2026-03-29", "2026-03-29T02:30:00+03:00"),
        ("Australia/Lord_Howe", "2026-10-03T02:15+10:30", "2026-10-04", "2026-10-04T02:45:00+11:00"),
        ("Australia/Lord_Howe", "2026-04-04T01:45+11:00", "2026-04-05", "2026-04-05T01:45:00+11:00"),
    ],
)
def test_a_move_across_a_change_of_the_clock(name: str, was: str, to: str, shown: str) -> None:
    zone = ZoneInfo(name)
    moved = grid.moved(dt.datetime.fromisoformat(was), dt.date.fromisoformat(to), zone)
    assert moved.tzinfo == dt.UTC
    assert moved.astimezone(zone).isoformat() == shown
