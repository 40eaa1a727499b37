"""blocked → on its way again, once what blocked it is mended: the account reconnected, the address set."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from poster import clock
from poster.work.fairness import in_turn
from poster.work.time_budget import Over, never
from publishing.delivery import ledger
from publishing.delivery.ledger import Kind
from publishing.delivery.preflight import shut
from publishing.models import Delivery
from publishing.querysets import DeliveryQuerySet
from publishing.reasons.steps import Mended

ASK_GATE = dt.timedelta(seconds=30)
State = Delivery.State


def unblock(over: Over = never, most: int = 200) -> int:
    """Let blocked deliveries go on whose gate is open again. Returns how many."""
    ready = blocked_due().select_related("post", "channel__credential").order_by("next_at")
    return sum(not over() and _let_go_on(delivery) for delivery in in_turn(ready, most))


def blocked_due() -> DeliveryQuerySet:
    """Those that ask again whether they may go on: now and then, and at once when their login was connected again."""
    return Delivery.objects.filter(state=State.BLOCKED, next_at__lte=clock.now())


def _let_go_on(delivery: Delivery) -> bool:
    stop = shut(delivery)
    if stop and stop.state == State.BLOCKED:
        Delivery.objects.filter(pk=delivery.pk, state=State.BLOCKED).update(next_at=clock.now() + ASK_GATE)
        return False
    rows = Delivery.objects.filter(pk=delivery.pk, state=State.BLOCKED, fence=delivery.fence)
    with transaction.atomic():
        if not rows.update(
            state=State.QUEUED,
            actor="",
            tries=0,
            next_at=clock.now(),
            fence=delivery.fence + 1,
            **Delivery.reason.columns(None),
        ):
            return False
        delivery.refresh_from_db()
        ledger.moved(delivery, Kind.DECISION, Mended())
    return True
