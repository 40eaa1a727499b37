"""The calendar at a glance: what goes out today and tomorrow, and what went out last. One row per post, few questions.

Both read a bounded number of rows, along an index: of a channel's states by their time, of a person's by their age.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from poster import clock
from publishing.calendar import grid, showing
from publishing.calendar.grid import DAY, Span, View
from publishing.calendar.showing import Entry, Kind, Mark, Part, Wanted
from publishing.models import Delivery
from publishing.states import Placement

State = Delivery.State
READ = 60  # deliveries that are looked at for each of the two
ROWS = 8  # entries of the two days
FEW = 6  # posts that went out
WEB = ("https://", "http://")  # where a link may lead
LATELY = 2 * DAY  # what went out since then is told by when it did; of what is older, the newest


class TwoDays(Span):
    """Today and tomorrow. It begins before them: what is late is still to go out."""

    @property
    def end(self) -> dt.datetime:
        """The first moment after tomorrow, in UTC."""
        return grid.begins(self.on + 2 * DAY, self.zone)


@dataclass(frozen=True, slots=True)
class Day:
    """One of the two. `name`: as people call it."""

    name: str
    day: dt.date
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Coming:
    """`more`: entries of them that are not shown; `after`: the day behind them, `later`: something goes then."""

    days: list[Day]
    more: int
    after: dt.date
    later: bool


@dataclass(slots=True)
class Out:
    """A post that went out. `at`: when the last of its channels had it."""

    post: UUID
    at: dt.datetime
    channels: list[tuple[Mark, str, UUID]] = field(default_factory=list)  # with its permalink, and its delivery
    words: str = ""
    picture: UUID | None = None


def coming(person: User, channels: dict[UUID, Mark]) -> Coming:
    """What goes out by itself, earliest first."""
    span = TwoDays(
        View.LIST, grid.day_of(clock.now(), timezone.get_current_timezone()), timezone.get_current_timezone()
    )
    wanted = Wanted(person, span, channels)
    live = Delivery.objects.live().filter(channel__in=list(channels))  # theirs: so the index by channel answers
    rows = _told(wanted, live.filter(due_at__lt=span.end).order_by("due_at")[:READ])
    repeated = (part for part in showing.repetitions(wanted) if part[2] >= clock.now())
    entries = showing.grouped([*rows, *repeated])
    shown = entries[:ROWS]
    showing.fill(shown)
    _explain(shown)
    later = live.filter(due_at__gte=span.end).order_by().exists()
    return Coming(_by_day(shown, span), len(entries) - len(shown), span.on + 2 * DAY, later)


def _by_day(entries: list[Entry], span: Span) -> list[Day]:
    """What is late goes today, as far as anybody knows."""
    names = {span.on: _("Today"), span.on + DAY: _("Tomorrow")}
    days: dict[dt.date, list[Entry]] = {day: [] for day in names}
    for entry in entries:
        days[max(grid.day_of(entry.at, span.zone), span.on)].append(entry)
    return [Day(names[day], day, rows) for day, rows in days.items() if rows]


def _told(wanted: Wanted, rows: QuerySet[Delivery]) -> Iterable[Part]:
    named = ("post_id", "due_at", "state", "channel_id", "platform", "channel_name", "placement")
    for post, at, state, channel, platform, name, placement in rows.values_list(*named):
        mark = showing.mark_of(wanted, channel, platform, name, placement)
        yield Kind.DELIVERY, post, at, mark, state, False


def _explain(shown: list[Entry]) -> None:
    """Why it has not gone yet, where something holds it."""
    asked = [entry.post for entry in shown if entry.kind is Kind.DELIVERY]
    reasons: dict[tuple[Any, Any], str] = {}
    for row in Delivery.objects.filter(post__in=asked).order_by()[:READ]:
        if row.error and row.state in State.moving():
            reasons.setdefault((row.post_id, row.due_at), row.error)
    for entry in shown:
        entry.note = reasons.get((entry.post, entry.at), "")


def lately(person: User, channels: dict[UUID, Mark]) -> list[Out]:
    """What went out last, the newest first."""
    out = Delivery.objects.filter(state=State.PUBLISHED)
    fresh = out.filter(channel__in=list(channels), due_at__gte=clock.now() - LATELY).order_by("-due_at")
    keys = list(dict.fromkeys(fresh.values_list("post_id", flat=True)[:READ]))
    if len(keys) < FEW:
        newest = out.filter(owner=person).order_by("-created_at").values_list("post_id", flat=True)[:READ]
        keys = list(dict.fromkeys([*keys, *newest]))
    found = _went_out(keys[: 2 * FEW], channels)
    shown = sorted(found, key=lambda each: each.at, reverse=True)[:FEW]
    showing.fill(shown)
    return shown


def _went_out(posts: list[UUID], channels: dict[UUID, Mark]) -> Iterable[Out]:
    """Asked by the post alone: by owner and state, a database may think, it would read all that was ever published."""
    rows = Delivery.objects.filter(post__in=posts).order_by()
    found: dict[UUID, Out] = {}
    named = ("pk", "post_id", "permalink", "channel_id", "platform", "channel_name", "placement")
    # When it was asked for, not when we learnt of it: of an old post nobody says "just now".
    for at, due, state, *rest in rows.values_list("committed_at", "due_at", "state", *named):
        if state != State.PUBLISHED:
            continue
        pk, post, link, channel, platform, name, placement = rest
        known = channels.get(channel, Mark(None, platform, name))
        mark = replace(known, placement=placement or Placement.FEED)
        out = found.setdefault(post, Out(post, at or due))
        out.at = max(out.at, at or due)
        out.channels.append((mark, link if link.startswith(WEB) else "", pk))
    for out in found.values():
        out.channels.sort(key=lambda each: (each[0].colour, each[0].name, each[0].placement))
    return found.values()
