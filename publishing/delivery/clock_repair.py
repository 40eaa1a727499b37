"""What a wrong clock has written about deliveries, and about the queue.

For a commit in doubt nobody can say any more how much time has really passed, so its settle time begins anew. Since
when the platform is asked to look (the mark) is put right by as much as the clock was; where that is not known, two
days more are looked through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule

from poster import clock
from poster.work.clock_jumps import FAR, Put
from poster.work.leases import LONGEST
from publishing.delivery import ledger
from publishing.delivery.ledger import Kind
from publishing.delivery.staging import call_of
from publishing.models import Delivery, Post
from publishing.reasons.steps import ClockPutRight

SURELY_BEFORE = dt.timedelta(days=2)
State = Delivery.State
Changed = tuple[Delivery, tuple[str, ...]]  # and which columns


def after_clock_put(put: Put) -> None:
    """Deliveries first: nothing is lost when the queue is a little late."""
    now = clock.now()
    with transaction.atomic():
        changed = [*_doubts(put, now), *_due(put, now)]
        for model in (Post, Delivery):
            model.objects.filter(leased_until__gt=now + LONGEST).update(leased_until=None)
        Post.objects.wordless().filter(next_at__gt=put.too_far(now)).update(next_at=now)
        _queue()
        for delivery, columns in changed:  # rows first, lines last: as workers do
            delivery.refresh_from_db()
            ledger.moved(delivery, Kind.DECISION, ClockPutRight(), changed=columns)


def _doubts(put: Put, now: dt.datetime) -> Iterator[Changed]:
    doubtful = Delivery.objects.filter(state__in=[State.PUBLISHING, State.CHECKING])
    doubtful.update(settle_from=now)
    ahead = Delivery.objects.filter(Q(state__in=[State.PUBLISHING, State.CHECKING]) | Q(remote_id=""))
    by = dt.timedelta(seconds=min(put.seconds, 0)) - (dt.timedelta(0) if put.known else SURELY_BEFORE)
    for row in ahead.filter(committed_at__gt=now):
        marked = row.committed_at
        assert marked is not None  # noqa: S101 - asked for
        right = marked + by if marked + by <= now else now - SURELY_BEFORE  # an earlier put that nobody has seen
        ends = right + call_of(row)
        if Delivery.objects.filter(pk=row.pk, committed_at=marked).update(committed_at=right, deadline_at=ends):
            yield row, ("committed_at", "deadline_at")


def _due(put: Put, now: dt.datetime) -> Iterator[Changed]:
    """What a person has planned for later stays as it was planned; what was to go out at once is due."""
    at_once = Delivery.objects.filter(due_at__gt=now, planned_at=None, state__in=[State.QUEUED, State.PREPARED])
    for row in at_once.select_related("post"):
        latest = now + dt.timedelta(hours=row.post.latest_hours)
        mine = Delivery.objects.filter(pk=row.pk, fence=row.fence)
        if mine.update(due_at=now, next_at=now, latest_at=latest):
            yield row, ("due_at",)
    far = Delivery.objects.filter(next_at__gt=put.too_far(now))
    far.filter(Q(due_at__lte=now) | Q(planned_at=None)).update(next_at=now)
    far.filter(due_at__gt=now, next_at__gt=F("due_at")).update(next_at=F("due_at"))


def _queue() -> None:
    """django-q2 starts nothing before its time, and hands nothing out again that was handed out later than now."""
    now = timezone.now()
    Schedule.objects.filter(next_run__gt=now + FAR).update(next_run=now)
    OrmQ.objects.filter(lock__gt=now + dt.timedelta(seconds=Conf.RETRY + 60)).update(lock=now)
