"""The link of what is published, and which post it is: asked for afterwards. It stays published, come what may."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from poster import clock
from poster.errors import OutsideError
from poster.work.fairness import in_turn
from publishing.delivery import ledger
from publishing.delivery.checking import found as found_by
from publishing.delivery.checking import ours, rests_until
from publishing.delivery.delivering import platform_of
from publishing.delivery.ledger import Kind
from publishing.delivery.preflight import LONGEST_WAIT
from publishing.delivery.publish_request import account_of
from publishing.models import Delivery
from publishing.platforms import Receipt
from publishing.querysets import DeliveryQuerySet
from publishing.reasons.steps import LinkTold

HOUR = 3600.0
LOOK_AGAIN = (15.0, 30.0, 60.0, 120.0, 300.0, 900.0, HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR)  # seconds, by looks so far
ASKED_FOR = dt.timedelta(days=30)  # what they do not list by then, they never will


def links_due() -> list[Delivery]:
    """Of those without a link, some whose time has come."""
    return in_turn(without_link().free().select_related("channel__credential"), 20)


def without_link() -> DeliveryQuerySet:
    """Published and without a link yet; what its container alone has proven has no id either."""
    since = clock.now() - ASKED_FOR
    rows = Delivery.objects.filter(state=Delivery.State.PUBLISHED, permalink="", published_at__gt=since)
    return rows.exclude(channel=None).exclude(remote_id="", committed_at=None)


def link(delivery: Delivery) -> bool:
    """Ask which post it is, and where people see it; whether they said so. Whatever they say, it stays published."""
    if until := rests_until(delivery):
        delivery.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return False
    try:
        found = _receipt(delivery)
    except OutsideError:
        found = Receipt(delivery.remote_id)
    try:
        _keep(delivery, found)
    except IntegrityError:  # that post is another delivery's
        delivery.let_go(after=_look_again(delivery), looks=delivery.looks + 1)
        return False
    return bool(found.permalink)


def _receipt(delivery: Delivery) -> Receipt:
    """All that they tell of it now."""
    if delivery.remote_id:
        remote_id = delivery.remote_id
        return Receipt(remote_id, platform_of(delivery).permalink(account_of(delivery), remote_id))
    pieces = ours(delivery, found_by(delivery))
    named = [piece.receipt for piece in pieces if piece.receipt is not None and piece.receipt.remote_id]
    return named[0] if named else Receipt("")


def _keep(delivery: Delivery, found: Receipt) -> None:
    learnt = (found.remote_id, found.permalink) != (delivery.remote_id, "")
    remote_id, permalink = found.remote_id, found.permalink
    after = 0 if remote_id and not permalink and learnt else _look_again(delivery)
    with transaction.atomic():
        kept = delivery.let_go(after=after, remote_id=remote_id, permalink=permalink, looks=delivery.looks + 1)
        if kept and learnt:
            ledger.moved(delivery, Kind.READ, LinkTold())


def _look_again(delivery: Delivery) -> float:
    """Soon at first: lists lag by seconds. Then each day."""
    return LOOK_AGAIN[min(delivery.looks, len(LOOK_AGAIN) - 1)]
