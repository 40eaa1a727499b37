"""The link of what is published, and which post it is: asked for afterwards. It stays published, come what may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from outbox import ledger
from outbox.access import account_of
from outbox.checking import found as found_by
from outbox.checking import ours, rests_until
from outbox.kinds import adapter_of, whole
from outbox.ledger import Kind
from outbox.models import Outgoing
from outbox.preflight import LONGEST_WAIT
from outbox.protocol import Account, Adapter, Receipt
from outbox.querysets import OutgoingQuerySet
from outbox.reasons.steps import LinkTold
from poster import clock
from poster.errors import OutsideError
from poster.work.fairness import in_turn

HOUR = 3600.0
LOOK_AGAIN = (15.0, 30.0, 60.0, 120.0, 300.0, 900.0, HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR)  # seconds, by looks so far
ASKED_FOR = dt.timedelta(days=30)  # what they do not list by then, they never will


def links_due() -> list[Outgoing]:
    """Of those without a link, some whose time has come."""
    return [row for each in in_turn(without_link().free(), 20) if (row := whole(each))]


def without_link() -> OutgoingQuerySet[Outgoing]:
    """Published and without a link yet; what its container alone has proven has no id either."""
    since = clock.now() - ASKED_FOR
    rows = Outgoing.objects.filter(state=Outgoing.State.PUBLISHED, permalink="", published_at__gt=since)
    return rows.exclude(channel=None).exclude(remote_id="", committed_at=None)


def link(out: Outgoing) -> bool:
    """Ask which post it is, and where people see it; whether they said so. Whatever they say, it stays published."""
    if until := rests_until(out):
        out.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return False
    return _kept(out, partial(_receipt, out))


def link_at_once(out: Outgoing, adapter: Adapter[Any], account: Account) -> None:
    """The same right behind its receipt, by who has just shown it. What they do not know yet is asked for later."""
    if out.remote_id and not out.permalink:
        _kept(out, lambda: Receipt(out.remote_id, adapter.permalink(account, out.remote_id)))


def _kept(out: Outgoing, ask: Callable[[], Receipt]) -> bool:
    try:
        found = ask()
    except OutsideError:
        found = Receipt(out.remote_id)
    try:
        _keep(out, found)
    except IntegrityError:  # that post is another delivery's
        out.let_go(after=_look_again(out), looks=out.looks + 1)
        return False
    return bool(found.permalink)


def _receipt(out: Outgoing) -> Receipt:
    """All that they tell of it now."""
    if out.remote_id:
        remote_id = out.remote_id
        return Receipt(remote_id, adapter_of(out).permalink(account_of(out), remote_id))
    pieces = ours(out, found_by(out))
    named = [piece.receipt for piece in pieces if piece.receipt is not None and piece.receipt.remote_id]
    return named[0] if named else Receipt("")


def _keep(out: Outgoing, found: Receipt) -> None:
    learnt = (found.remote_id, found.permalink) != (out.remote_id, "")
    remote_id, permalink = found.remote_id, found.permalink
    after = 0 if remote_id and not permalink and learnt else _look_again(out)
    with transaction.atomic():
        kept = out.let_go(after=after, remote_id=remote_id, permalink=permalink, looks=out.looks + 1)
        if kept and learnt:
            ledger.moved(out, Kind.READ, LinkTold())


def _look_again(out: Outgoing) -> float:
    """Soon at first: lists lag by seconds. Then each day."""
    return LOOK_AGAIN[min(out.looks, len(LOOK_AGAIN) - 1)]
