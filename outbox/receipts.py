"""A receipt always wins: whatever the row says by now, it is published, and stays so."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import Error, IntegrityError, connection, transaction
from django.db.models import F

from accounts.connections import suspensions
from outbox import ledger, receipt_journal
from outbox.ledger import Kind
from outbox.models import LedgerEntry, Outgoing
from outbox.protocol import Receipt
from outbox.reasons.steps import TheySayItIsOut
from poster import clock
from poster.reasons import Reason
from poster.reasons.fields import loaded
from poster.work import mishaps

OWN = [field.attname for field in Outgoing._meta.concrete_fields if not field.is_relation]
TRIES = 3  # another worker may write a line with the same number in the same moment
UNWRITTEN = "What they said about a post cannot be written down yet"
log = logging.getLogger(__name__)


def settle(
    out: Outgoing,
    receipt: Receipt,
    fact: Reason,
    *,
    kind: Kind = Kind.OUTCOME,
    at_first_hand: bool = False,
    **answer: Any,  # noqa: ANN401
) -> None:
    """Write that it is out, row and line together. Not fenced on purpose: a worker that comes back late brings proof.

    It takes the row out of every other hand: who was looking meanwhile must not undo it. `kind`: who says so. What the
    database does not take is kept in a file, and the row says alone that it is out, if it can. `at_first_hand`: in
    answer to our call, so whatever was held of its channel is over.
    """
    error = _written(out, receipt, fact, kind, answer)
    if error is None:
        _ended(out, at_first_hand=at_first_hand)
        return
    said = {"remote_id": receipt.remote_id, "permalink": receipt.permalink}
    in_file = receipt_journal.keep(
        out.pk, {**said, "fact": [fact.code, fact.params()], "kind": kind.value, "answer": answer}
    )
    try:
        _publish(out, receipt)  # the proof is kept, for now without its line
        out.refresh_from_db()
    except IntegrityError:
        _publish(out, Receipt(""))
    except Error:
        if not in_file:
            raise
        log.exception("The database takes nothing about %s, which is out", out.pk)


def take_up(out: Outgoing) -> bool:
    """Write down what was kept of it in a file, before anything else about it. Whether something was.

    Raises the error of the database while the database still does not take it.
    """
    said = receipt_journal.kept(out.pk)
    if said is None:
        return False
    receipt = Receipt(str(said.get("remote_id", "")), str(said.get("permalink", "")))
    kind, answer = Kind(said.get("kind", Kind.OUTCOME)), said.get("answer") or {}
    [fact] = loaded([said["fact"]]) if said.get("fact") else [TheySayItIsOut()]
    if error := _written(out, receipt, fact, kind, answer):
        raise error
    _ended(out, at_first_hand=False)
    return True


def _ended(out: Outgoing, *, at_first_hand: bool) -> None:
    """It is written down; and where it could be posted to, it may be posted to again."""
    receipt_journal.done(out.pk)
    if out.channel and at_first_hand:
        suspensions.lift(out.channel)
    elif out.channel:
        suspensions.proven(out.channel, out.pk, out.committed_at)


def take_up_all() -> int:
    """The same for all that this machine has kept; returns how many. What still cannot be written stays where it is."""
    done = 0
    for key, _ in receipt_journal.all_kept():
        out = Outgoing.objects.filter(pk=key).first()
        if out is None:  # erased since, with all its lines
            receipt_journal.done(key)
        else:
            done += _took_up(out)
    return done


def _took_up(out: Outgoing) -> bool:
    try:
        return take_up(out)
    except Error as error:
        mishaps.tell(error, UNWRITTEN)
        return False


def _written(out: Outgoing, receipt: Receipt, fact: Reason, kind: Kind, answer: dict[str, Any]) -> Error | None:
    """Row and line in one transaction; what kept them from being written, or None."""
    last: Error | None = None
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                when = _published(out, receipt)
                hashed = {"content_hash": out.content_hash}
                ledger.moved(out, kind, fact, **{"created_at": when, **hashed, **answer})
        except IntegrityError as error:
            # That post belongs to another row already: ours is out, but we cannot say which it is.
            last, receipt = error, Receipt("") if _belongs_to_another(out, receipt) else receipt
        except Error as error:
            connection.close_if_unusable_or_obsolete()
            last = error
        else:
            return None
    return last


def _published(out: Outgoing, receipt: Receipt) -> dt.datetime:
    """The moment that is written down for it. The row is then as the database has it."""
    now = clock.now()
    if out.state == Outgoing.State.PUBLISHING and out.swap(**_columns(receipt, now), fence=out.fence + 1):
        return now  # nobody but us has had it since the mark, so nothing else about it has changed
    when = _publish(out, receipt)
    out.refresh_from_db(fields=OWN)
    return when


def _publish(out: Outgoing, receipt: Receipt) -> dt.datetime:
    """The same, whoever has it by now."""
    now = clock.now()
    rows = Outgoing.objects.filter(pk=out.pk).exclude(state=Outgoing.State.PUBLISHED)
    written = rows.update(**_columns(receipt, now), fence=F("fence") + 1)
    return now if written else _published_without_line(out) or now


def _columns(receipt: Receipt, now: dt.datetime) -> dict[str, Any]:
    return {
        "state": Outgoing.State.PUBLISHED,
        "remote_id": receipt.remote_id,
        "permalink": receipt.permalink,
        "published_at": now,
        "next_at": now,
        "leased_until": None,
        **Outgoing.reason.columns(None),
        "actor": "",
        "tries": 0,
        "deaths": 0,
        "restored_at": None,
    }


def _published_without_line(out: Outgoing) -> dt.datetime | None:
    """Since when its row alone says that it is out."""
    told = LedgerEntry.objects.filter(outgoing=out.pk, state=Outgoing.State.PUBLISHED)
    row = Outgoing.objects.filter(pk=out.pk, state=Outgoing.State.PUBLISHED).first()
    return None if row is None or told.exists() else row.published_at


def _belongs_to_another(out: Outgoing, receipt: Receipt) -> bool:
    others = Outgoing.objects.filter(channel=out.channel_id, remote_id=receipt.remote_id).exclude(pk=out.pk)
    return receipt.remote_id != "" and others.exists()
