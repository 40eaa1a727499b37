"""What the owner of a channel wants kept besides what its platform takes: quiet hours, and so many posts a day."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from accounts.local_time import zone_of
from accounts.models import Channel, User
from outbox.models import Outgoing
from poster import clock, wall_clock

DAY = dt.timedelta(days=1)


class Quiet(Protocol):
    """Whatever has quiet hours, and an owner in whose zone they are."""

    quiet_from: dt.time | None
    quiet_until: dt.time | None
    owner: User


def quiet_until(of: Quiet) -> dt.datetime | None:
    """When the quiet hours end that it is in now, in its owner's zone; None when it is in none."""
    begin, end = of.quiet_from, of.quiet_until
    if begin is None or end is None:
        return None
    zone = zone_of(of.owner)
    local = clock.now().astimezone(zone)
    over_night, at = begin > end, local.time()
    if not ((at >= begin or at < end) if over_night else begin <= at < end):
        return None
    ends_on = local.date() + DAY if over_night and at >= begin else local.date()
    return wall_clock.moment(dt.datetime.combine(ends_on, end), zone)


def full_until(channel: Channel, besides: Outgoing) -> dt.datetime | None:
    """When its next day begins, if it has had all its posts of today; what certainly did not go out is none."""
    if channel.most_per_day is None:
        return None
    begin, end = today(channel.owner)
    marked = Outgoing.objects.filter(channel=channel, committed_at__gte=begin, committed_at__lt=end)
    had = marked.exclude(state__in=Outgoing.State.given_up()).exclude(pk=besides.pk).count()
    return end if had >= channel.most_per_day else None


def today(owner: User) -> tuple[dt.datetime, dt.datetime]:
    """When the day of its owner has begun, and when the next one begins."""
    zone = zone_of(owner)
    date = clock.now().astimezone(zone).date()
    begin, end = (wall_clock.moment(dt.datetime.combine(day, dt.time()), zone) for day in (date, date + DAY))
    return begin, end
