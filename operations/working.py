"""All due work, done here and now: for hosts with only cron, and for tests."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import F, Min, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils.module_loading import import_string

from accounts.models import Credential
from poster import clock
from publishing.delivery.finishing import without_link
from publishing.models import Delivery
from watches.models import Asset, Stream, Watch

ROUNDS = ("accounts.tasks.round", "watches.tasks.round", "publishing.tasks.round", "operations.tasks.round")
SHORTEST = 0.2  # seconds between two passes
A_MOMENT = dt.timedelta(seconds=0.5)


@dataclass(slots=True)
class Done:
    """What was done. `idle`: nothing is left that is due soon."""

    idle: bool = False
    passes: int = 0
    sentences: list[str] = field(default_factory=list)


def work_once() -> list[str]:
    """One round of every app, in the order of the data."""
    return [import_string(name)() for name in ROUNDS]


def work_until_idle(*, timeout: float, patience: float, sleep: Callable[[float], None] = time.sleep) -> Done:
    """Rounds until nothing is due within `patience` seconds, at most for `timeout` seconds (the last round ends).

    Every folder is looked into once, whatever its interval: who asks now, wants to know now. Again only where a file
    may still be written to, or the listing is not at its end.
    """
    done, until = Done(), time.monotonic() + timeout
    Stream.objects.filter(leased_until=None).update(next_at=clock.now())
    while not done.idle:
        done.sentences = work_once()
        done.passes += 1
        wait = next_in()
        done.idle = wait is None or wait > patience
        if done.idle or wait is None or time.monotonic() + wait > until:
            break
        sleep(max(wait, SHORTEST))
    return done


def next_in() -> float | None:
    """Seconds until the next step on a folder, picture or delivery is due; None when nothing is on its way."""
    moments = [moment for rows in _on_their_way() if (moment := _earliest(rows)) is not None]
    moments += _unfinished_looks()
    return max((min(moments) - clock.now()).total_seconds(), 0.0) if moments else None


def _on_their_way() -> Iterable[QuerySet[Asset] | QuerySet[Delivery]]:
    found = Asset.objects.filter(state=Asset.State.FOUND)
    yield found.exclude(watch__stream__credential__state=Credential.State.BLOCKED)
    yield Asset.objects.filter(state=Asset.State.READY, caption__isnull=True, gone_at=None)
    yield Delivery.objects.live()
    yield without_link()


def _earliest(rows: QuerySet[Asset] | QuerySet[Delivery]) -> dt.datetime | None:
    free_at = Greatest(F("next_at"), Coalesce(F("leased_until"), F("next_at")))
    moment: dt.datetime | None = rows.order_by().aggregate(moment=Min(free_at))["moment"]
    return moment


def _unfinished_looks() -> list[dt.datetime]:
    """When the sources want to look again sooner than their watches ask for, and when those are free that are held.

    Whoever holds one may have died: then it is only looked into when the lease ends.
    """
    looking = Watch.objects.filter(state=Watch.State.ACTIVE).exclude(looked_at=None).with_stream()
    again = [watch.stream.next_at for watch in looking if _wants_another_look(watch)]
    held = Stream.objects.filter(leased_until__gt=clock.now()).values_list("leased_until", flat=True)
    return [*again, *(until for until in held if until)]


def _wants_another_look(watch: Watch) -> bool:
    usual = (watch.looked_at or clock.now()) + dt.timedelta(seconds=watch.interval)
    return watch.stream.next_at < usual - A_MOMENT
