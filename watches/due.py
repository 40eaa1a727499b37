"""When what comes in is due: for the health page, and for a host that works only now and then."""

from __future__ import annotations

import datetime as dt

from accounts.models import Credential
from poster import clock
from poster.work.leases import earliest
from watches.models import FoundFile, SourceCursor, Watch
from watches.tasks import found_due, streams_due

A_MOMENT = dt.timedelta(seconds=0.5)


def oldest() -> dt.datetime | None:
    """Since when the oldest look or picture is due."""
    first = [row.next_at for rows in (streams_due, found_due) for row in rows()[:1]]
    return min(first, default=None)


def look_now() -> None:
    """Every folder is looked into with the next round, whatever its interval."""
    SourceCursor.objects.filter(leased_until=None).update(next_at=clock.now())


def moments() -> list[dt.datetime]:
    """When the next step on each kind of thing that is on its way is due."""
    found = FoundFile.objects.filter(state=FoundFile.State.FOUND)
    fetchable = found.exclude(watch__stream__credential__state=Credential.State.BLOCKED)
    moment = earliest(fetchable)
    return ([moment] if moment else []) + _unfinished_looks()


def _unfinished_looks() -> list[dt.datetime]:
    """When the sources want to look again sooner than their watches ask for, and when those are free that are held.

    Whoever holds one may have died: then it is only looked into when the lease ends.
    """
    looking = Watch.objects.filter(state=Watch.State.ACTIVE).exclude(looked_at=None).with_stream()
    again = [watch.stream.next_at for watch in looking if _wants_another_look(watch)]
    held = SourceCursor.objects.filter(leased_until__gt=clock.now()).values_list("leased_until", flat=True)
    return [*again, *(until for until in held if until)]


def _wants_another_look(watch: Watch) -> bool:
    usual = (watch.looked_at or clock.now()) + dt.timedelta(seconds=watch.interval)
    return watch.stream.next_at < usual - A_MOMENT
