"""What a wrong clock has written about posts: when they are to go out, and when their words are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Q

from outbox import ledger
from outbox.clock_repair import Changed
from outbox.ledger import Kind
from outbox.reasons.steps import ClockPutRight
from poster import clock
from poster.work.clock_jumps import Put
from poster.work.leases import LONGEST
from publishing.models import Delivery, Post

State = Delivery.State


def after_clock_put(put: Put) -> None:
    now = clock.now()
    with transaction.atomic():
        changed = list(_due(put, now))
        Post.objects.filter(leased_until__gt=now + LONGEST).update(leased_until=None)
        Post.objects.wordless().filter(next_at__gt=put.too_far(now)).update(next_at=now)
        for delivery, columns in changed:  # rows first, lines last: as workers do
            delivery.refresh_from_db()
            ledger.moved(delivery, Kind.DECISION, ClockPutRight(), changed=columns)


def _due(put: Put, now: dt.datetime) -> Iterator[Changed]:
    """What a person has planned for later stays as it was planned; what was to go out at once is due."""
    at_once = Delivery.objects.filter(due_at__gt=now, planned_at=None, state__in=State.due())
    for row in at_once.select_related("post"):
        latest = now + dt.timedelta(hours=row.post.latest_hours)
        mine = Delivery.objects.filter(pk=row.pk, fence=row.fence)
        if mine.update(due_at=now, next_at=now, latest_at=latest):
            yield row, ("due_at",)
    far = Delivery.objects.filter(next_at__gt=put.too_far(now))
    far.filter(Q(due_at__lte=now) | Q(planned_at=None)).update(next_at=now)
    far.filter(due_at__gt=now, next_at__gt=F("due_at")).update(next_at=F("due_at"))
