"""blocked → on its way again, once what blocked it is mended: the account reconnected, the address set."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from outbox import ledger
from outbox.kinds import whole
from outbox.ledger import Kind
from outbox.models import Outgoing
from outbox.preflight import shut
from outbox.querysets import OutgoingQuerySet
from outbox.reasons.steps import Mended
from poster import clock
from poster.work.fairness import in_turn
from poster.work.time_budget import Over, never

ASK_GATE = dt.timedelta(seconds=30)
State = Outgoing.State


def unblock(over: Over = never, most: int = 200) -> int:
    """Let blocked deliveries go on whose gate is open again. Returns how many."""
    ready = in_turn(blocked_due().order_by("next_at"), most)
    return sum(not over() and _let_go_on(row) for each in ready if (row := whole(each)))


def blocked_due() -> OutgoingQuerySet[Outgoing]:
    """Those that ask again whether they may go on: now and then, and at once when their login was connected again."""
    return Outgoing.objects.filter(state=State.BLOCKED, next_at__lte=clock.now())


def _let_go_on(out: Outgoing) -> bool:
    stop = shut(out)
    if stop and stop.state == State.BLOCKED:
        Outgoing.objects.filter(pk=out.pk, state=State.BLOCKED).update(next_at=clock.now() + ASK_GATE)
        return False
    rows = Outgoing.objects.filter(pk=out.pk, state=State.BLOCKED, fence=out.fence)
    with transaction.atomic():
        if not rows.update(
            state=State.QUEUED,
            actor="",
            tries=0,
            next_at=clock.now(),
            fence=out.fence + 1,
            **Outgoing.reason.columns(None),
        ):
            return False
        out.refresh_from_db()
        ledger.moved(out, Kind.DECISION, Mended())
    return True
