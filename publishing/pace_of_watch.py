"""What the owner of a watch wants kept beside what its channels do: quiet hours, and so many of its posts a day.

Asked besides what the channel wants, so of both the stricter one holds. Two posts of a watch that are marked on two
channels in the same moment both go out: a day can have one more than it should.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from outbox import quiet_hours
from outbox.preflight import LONGEST_WAIT, Stop
from poster import clock
from poster.database import asking
from publishing.models import Delivery, Post
from publishing.reasons.gate import EnoughOfWatch, WatchIsQuiet
from watches.models import Watch

WANTS = "SELECT 1 FROM watches_watch WHERE id = %s AND (quiet_from IS NOT NULL OR most_per_day IS NOT NULL)"


def as_its_watch_wants(delivery: Delivery) -> Stop | None:
    """Why it has to wait for its watch; None when it has not, or none."""
    key = delivery.post.watch_id
    if key is None or not _wants_anything(key):
        return None
    watch = Watch.objects.select_related("owner").get(pk=key)
    if until := quiet_hours.quiet_until(watch):
        return _wait(WatchIsQuiet(watch=watch.name, until=until), until)
    if until := full_until(watch, delivery):
        return _wait(EnoughOfWatch(watch=watch.name, most=watch.most_per_day or 0), until)
    return None


def _wants_anything(key: UUID) -> bool:
    """Nearly never, and then nothing more is read."""
    return bool(asking.rows(WANTS, key))


def _wait(reason: WatchIsQuiet | EnoughOfWatch, until: dt.datetime) -> Stop:
    """That makes nothing late: it is what was ordered."""
    return Stop(reason, after=min((until - clock.now()).total_seconds(), LONGEST_WAIT), theirs=True)


def full_until(watch: Watch, besides: Delivery) -> dt.datetime | None:
    """When its next day begins, if it has had all its posts of today. One that goes to several channels is one."""
    if watch.most_per_day is None:
        return None
    begin, end = quiet_hours.today(watch.owner)
    out = Delivery.objects.filter(committed_at__gte=begin, committed_at__lt=end)
    had = Post.objects.filter(watch=watch, deliveries__in=out.exclude(state__in=Delivery.State.given_up()))
    return end if had.exclude(pk=besides.post_id).distinct().count() >= watch.most_per_day else None
