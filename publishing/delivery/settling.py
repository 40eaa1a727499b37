"""A receipt always wins: whatever the row says by now, it is published, and stays so."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from poster import clock
from publishing.delivery import ledger
from publishing.delivery.ledger import Kind
from publishing.models import Delivery
from publishing.platforms import Receipt


def settle(
    delivery: Delivery,
    receipt: Receipt,
    sentence: str,
    *,
    kind: Kind = Kind.OUTCOME,
    **answer: Any,  # noqa: ANN401
) -> None:
    """Write that it is out. Not fenced on purpose: a worker that comes back late still brings proof.

    It takes the row out of every other hand: who was looking meanwhile must not undo it. `kind`: who says so.
    """
    try:
        _publish(delivery, receipt)
    except IntegrityError:  # that post belongs to another delivery already: ours is out, but we cannot say which it is
        receipt = Receipt("")
        _publish(delivery, receipt)
    delivery.refresh_from_db()
    ledger.write(delivery, kind, sentence, **answer)


def _publish(delivery: Delivery, receipt: Receipt) -> None:
    rows = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.PUBLISHED)
    with transaction.atomic():
        rows.update(
            state=Delivery.State.PUBLISHED,
            remote_id=receipt.remote_id,
            permalink=receipt.permalink,
            published_at=clock.now(),
            next_at=clock.now(),
            leased_until=None,
            fence=F("fence") + 1,
            error="",
            actor="",
            tries=0,
            deaths=0,
        )
