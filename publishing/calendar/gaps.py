"""Posting times of the coming days that nothing has taken yet."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from django.db.models import Q

from accounts.models import Channel
from outbox.models import Outgoing
from outbox.states import OutgoingState
from poster import clock
from publishing.calendar.showing import Entry, Kind, Mark, Wanted
from publishing.models import Slot
from publishing.posts import slots

Taken = set[tuple[UUID | None, dt.datetime]]
MOMENT = dt.timedelta(microseconds=1)
ASKED = 500  # moments that one question names; of more, all of the span are read
AHEAD = [state for state in OutgoingState if state not in OutgoingState.ended()]  # what may still go out


@dataclass(frozen=True, slots=True)
class Gap:
    """A moment at which these channels are posted to, and nothing is planned there."""

    at: dt.datetime
    marks: tuple[Mark, ...]


def free(wanted: Wanted, planned: Iterable[Entry]) -> list[Gap]:
    """Those of the span that are still to come, earliest first. `planned`: what is shown, as drafts hold their time."""
    after = max(clock.now(), wanted.span.begin - MOMENT)
    if after >= wanted.span.end:
        return []
    coming = {
        channel: list(takewhile(lambda moment: moment < wanted.span.end, slots.coming(rows, after)))
        for channel, rows in _slots(wanted).items()
    }
    taken = _taken(wanted, coming) | {
        (mark.channel, entry.at) for entry in planned if entry.kind is not Kind.DELIVERY for mark in entry.marks
    }
    found: dict[dt.datetime, list[Mark]] = defaultdict(list)
    for channel, moments in coming.items():
        for moment in moments:
            if (channel, moment) not in taken:
                found[moment].append(wanted.channels[channel])
    return [Gap(moment, tuple(found[moment])) for moment in sorted(found)]


def _slots(wanted: Wanted) -> dict[UUID, list[Slot]]:
    """By channel, of those that are open."""
    rows = Slot.objects.filter(owner=wanted.owner, channel__state=Channel.State.ACTIVE)
    found: dict[UUID, list[Slot]] = defaultdict(list)
    for slot in rows.filter(channel=wanted.channel) if wanted.channel else rows:
        found[slot.channel_id].append(slot)
    return found


def _taken(wanted: Wanted, coming: Mapping[UUID, list[dt.datetime]]) -> Taken:
    """What goes out then, or has the slot. One question, by owner and state: what still may go out is not much."""
    span, moments = wanted.span, {moment for each in coming.values() for moment in each}
    rows = Outgoing.objects.filter(owner=wanted.owner, channel__in=list(coming), state__in=AHEAD)
    rows = rows.filter(due_at__gte=span.begin, due_at__lt=span.end).order_by()
    if len(moments) <= ASKED:
        rows = rows.filter(Q(due_at__in=moments) | Q(planned_at__in=moments))
    found: Taken = set()
    for channel, due_at, planned_at in rows.values_list("channel_id", "due_at", "planned_at"):
        found |= {(channel, due_at), (channel, planned_at or due_at)}
    return found
