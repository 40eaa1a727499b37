"""Slots: the times of a week at which a channel is posted to, as standing orders of its owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from accounts.local_time import ZONES
from accounts.models import Channel
from poster import wall_clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from publishing.models import Slot
from publishing.reasons.times import NoWeekday, TooManySlots, ZoneUnknown

WEEKS = 53  # ahead; what is full until then is full
MOST = 100  # of one channel


def add(channel: Channel, *, weekdays: Collection[int], wall: dt.time, zone: str, by: Caller) -> list[Slot]:
    """One for each of these days; those that are there already stay. `wall`: to the minute. Raises NotPossible."""
    require_owner(channel, by, Scope.PUBLISH)
    if not weekdays or not set(weekdays) <= set(Slot.Day.values):
        raise NotPossible(NoWeekday(), about="weekdays")
    if zone not in ZONES:
        raise NotPossible(ZoneUnknown(zone=zone[:60]), about="zone")
    if Slot.objects.filter(channel=channel).count() + len(weekdays) > MOST:
        raise NotPossible(TooManySlots(most=MOST))
    at: dict[str, Any] = {"channel": channel, "owner_id": channel.owner_id, "zone": zone}
    at["wall"] = wall.replace(second=0, microsecond=0)
    return [Slot.objects.get_or_create(weekday=day, **at)[0] for day in sorted(weekdays)]


def remove(slot: Slot, *, by: Caller) -> None:
    """What has claimed one of its times keeps that."""
    require_owner(slot, by, Scope.PUBLISH)
    slot.delete()


def coming(slots: Collection[Slot], after: dt.datetime) -> Iterator[dt.datetime]:
    """The moments of these from then on, in their order, each once; for about a year."""
    last = after
    for week in range(WEEKS):
        found = {moment for slot in slots for moment in _near(slot, after + dt.timedelta(weeks=week))}
        for moment in sorted(found):
            if moment > last:
                last = moment
                yield moment


def _near(slot: Slot, when: dt.datetime) -> Iterator[dt.datetime]:
    """Its moments in the eight days from this one on: both ends, as another zone has another day."""
    zone = ZoneInfo(slot.zone)
    first = when.astimezone(zone).date()
    for days in range(9):
        date = first + dt.timedelta(days=days)
        if date.weekday() == slot.weekday:
            moment = wall_clock.moment(dt.datetime.combine(date, slot.wall), zone)
            if when < moment <= when + dt.timedelta(weeks=1):
                yield moment


def next_of(channel: Channel, after: dt.datetime, few: int) -> list[dt.datetime]:
    """The first moments of a channel from then on."""
    return list(islice(coming(list(channel.slots.all()), after), few))
