"""A receipt always wins: whatever the row says by now, it is published, and stays so."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from poster import clock
from publishing.delivery import ledger
from publishing.delivery.ledger import Kind
from publishing.models import Delivery
from publishing.platforms import Receipt

TRIES = 3  # another worker may write a line with the same number in the same moment


def settle(
    delivery: Delivery,
    receipt: Receipt,
    sentence: str,
    *,
    kind: Kind = Kind.OUTCOME,
    **answer: Any,  # noqa: ANN401
) -> None:
    """Write that it is out, row and line together. Not fenced on purpose: a worker that comes back late brings proof.

    It takes the row out of every other hand: who was looking meanwhile must not undo it. `kind`: who says so.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                now = _publish(delivery, receipt)
                delivery.refresh_from_db()
                hashed = {"content_hash": delivery.content_hash}
                ledger.moved(delivery, kind, sentence, **{"created_at": now, **hashed, **answer})
        except IntegrityError:
            # That post belongs to another delivery already: ours is out, but we cannot say which it is.
            receipt = Receipt("") if _belongs_to_another(delivery, receipt) else receipt
        else:
            return
    _publish(delivery, receipt)  # the proof is kept, if need be without its line
    delivery.refresh_from_db()


def _publish(delivery: Delivery, receipt: Receipt) -> dt.datetime:
    """The moment that is written down for it."""
    now = clock.now()
    rows = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.PUBLISHED)
    rows.update(
        state=Delivery.State.PUBLISHED,
        remote_id=receipt.remote_id,
        permalink=receipt.permalink,
        published_at=now,
        next_at=now,
        leased_until=None,
        fence=F("fence") + 1,
        error="",
        actor="",
        tries=0,
        deaths=0,
        restored_at=None,
    )
    return now


def _belongs_to_another(delivery: Delivery, receipt: Receipt) -> bool:
    others = Delivery.objects.filter(channel=delivery.channel_id, remote_id=receipt.remote_id).exclude(pk=delivery.pk)
    return receipt.remote_id != "" and others.exists()
