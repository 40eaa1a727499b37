"""What a wrong clock has written about what goes out, and about the queue.

For a commit in doubt nobody can say any more how much time has really passed, so its settle time begins anew. Since
when the platform is asked to look (the mark) is put right by as much as the clock was; where that is not known, two
days more are looked through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule

from outbox import ledger
from outbox.ledger import Kind
from outbox.models import Outgoing
from outbox.reasons.steps import ClockPutRight
from outbox.staging import call_of
from poster import clock
from poster.work.clock_jumps import FAR, Put
from poster.work.leases import LONGEST

SURELY_BEFORE = dt.timedelta(days=2)
State = Outgoing.State
Changed = tuple[Outgoing, tuple[str, ...]]  # and which columns


def after_clock_put(put: Put) -> None:
    """What goes out first: nothing is lost when the queue is a little late."""
    now = clock.now()
    with transaction.atomic():
        changed = list(_doubts(put, now))
        Outgoing.objects.filter(leased_until__gt=now + LONGEST).update(leased_until=None)
        _queue()
        for out, columns in changed:  # rows first, lines last: as workers do
            out.refresh_from_db()
            ledger.moved(out, Kind.DECISION, ClockPutRight(), changed=columns)


def _doubts(put: Put, now: dt.datetime) -> Iterator[Changed]:
    doubtful = Outgoing.objects.filter(state__in=State.unanswered())
    doubtful.update(settle_from=now)
    ahead = Outgoing.objects.filter(Q(state__in=State.unanswered()) | Q(remote_id=""))
    by = dt.timedelta(seconds=min(put.seconds, 0)) - (dt.timedelta(0) if put.known else SURELY_BEFORE)
    for row in ahead.filter(committed_at__gt=now):
        marked = row.committed_at
        assert marked is not None  # noqa: S101 - asked for
        right = marked + by if marked + by <= now else now - SURELY_BEFORE  # an earlier put that nobody has seen
        ends = right + call_of(row)
        if Outgoing.objects.filter(pk=row.pk, committed_at=marked).update(committed_at=right, deadline_at=ends):
            yield row, ("committed_at", "deadline_at")


def _queue() -> None:
    """django-q2 starts nothing before its time, and hands nothing out again that was handed out later than now."""
    now = timezone.now()
    Schedule.objects.filter(next_run__gt=now + FAR).update(next_run=now)
    OrmQ.objects.filter(lock__gt=now + dt.timedelta(seconds=Conf.RETRY + 60)).update(lock=now)
