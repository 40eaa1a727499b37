"""What stands at the head of each day, and how much there is: of thousands, only what is shown becomes a row here.

The database numbers what one post sends at one moment, day by day, and counts it: one question for both. What is
shown of it is read behind that, by its posts. Drafts and repetitions are few, and are read whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from poster.dashboard.long_lists import Cursor
from publishing.calendar import grid, showing
from publishing.calendar.grid import DAY, Span
from publishing.calendar.showing import Entry, Wanted
from publishing.models import Delivery

Totals = Mapping[dt.date, int]

NUMBERED = """
SELECT key, day, total FROM (
  SELECT key, day, ROW_NUMBER() OVER (PARTITION BY day ORDER BY moment, key) AS place,
         COUNT(*) OVER (PARTITION BY day) AS total
  FROM (SELECT key, moment, CASE {days} END AS day FROM ({what}) AS what) AS daily
) AS numbered WHERE place <= %s
"""


@dataclass(frozen=True, slots=True)
class Heads:
    """`entries`, earliest first: of deliveries at least those that are shown. `totals`: of all there are, by day."""

    entries: list[Entry]
    totals: Totals


def of_days(wanted: Wanted, few: int) -> Heads:
    """At least the first few of each day."""
    posts, totals = _first(wanted, few)
    return _with_others(wanted, posts, totals)


def behind(wanted: Wanted, after: Cursor | None, most: int) -> Heads:
    """At least the first `most` behind this place of a list."""
    _, totals = _first(wanted, 1)
    begin = Q(due_at__gte=after.moment) if after else Q()
    rows = _named(wanted, begin).order_by("moment", "key")
    seen = len(_named(wanted, Q(due_at=after.moment))) if after else 0  # at most: it stands there at the same moment
    return _with_others(wanted, {row["key"] for row in rows[: most + seen]}, totals)


def _first(wanted: Wanted, few: int) -> tuple[set[UUID], Counter[dt.date]]:
    sql, params = _named(wanted, Q()).query.sql_with_params()
    ends = [connection.ops.adapt_datetimefield_value(end) for end in _ends(wanted.span)]
    days = " ".join(f"WHEN moment < %s THEN {number}" for number in range(len(ends)))  # they are not equally long
    asked = NUMBERED.format(days=days, what=sql)
    with connection.cursor() as cursor:
        cursor.execute(asked, [*ends, *params, few])
        rows = cursor.fetchall()
    known = wanted.span.days
    return {UUID(str(post)) for post, _, _ in rows}, Counter({known[day]: total for _, day, total in rows})


def _named(wanted: Wanted, part: Q) -> QuerySet[Any, dict[str, Any]]:
    """Each post and moment once, from all ways in."""
    ways: list[Any] = [
        Delivery.objects.filter(way, part, wanted.tagged("post_id"), **wanted.within("due_at"))
        .order_by()
        .values(key=F("post_id"), moment=F("due_at"))
        for way in showing.ways_in(wanted)
    ]
    union: QuerySet[Any, dict[str, Any]] = ways[0].union(*ways[1:])
    return union


def _ends(span: Span) -> list[dt.datetime]:
    return [grid.begins(day + DAY, span.zone) for day in span.days]


def _with_others(wanted: Wanted, posts: set[UUID], totals: Counter[dt.date]) -> Heads:
    """Whole entries: with every channel that these posts go to, also at other moments of the span."""
    others = showing.grouped([*showing.drafts(wanted), *showing.repetitions(wanted)])
    shown = showing.grouped(showing.deliveries(wanted, Q(post__in=posts)))
    counted = Counter(grid.day_of(entry.at, wanted.span.zone) for entry in others)
    return Heads(sorted([*others, *shown], key=showing.order), totals + counted)
