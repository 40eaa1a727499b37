"""Writing the ledger: lines are added, never changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from outbox.kinds import Says
from outbox.ledger_statements import saying
from outbox.models import LedgerEntry, Outgoing
from outbox.protocol import Evidence
from poster.errors import OutsideError
from poster.http.client import Exchange
from poster.ledger import hash_chain
from poster.reasons import Reason

Kind = LedgerEntry.Kind


def write(out: Outgoing, kind: LedgerEntry.Kind, fact: Reason, **what: Any) -> LedgerEntry:  # noqa: ANN401
    """One line. Numbers are unique for each: of two workers that write at once, one fails and its work with it.

    Raises Outgoing.DoesNotExist when the row was deleted meanwhile, with all its lines: nothing else ties them to it.
    """
    with transaction.atomic(savepoint=False):
        last = _last_of(out)
        step = LedgerEntry(
            outgoing_id=out.pk,
            number=last + 1,
            kind=kind,
            **LedgerEntry.fact.columns(fact),
            worker=f"{socket.gethostname()}:{os.getpid()}",
            fence=out.fence,
            **what,
        )
        step.save(force_insert=True)
        hash_chain.append(step, out.pk)
    return step


def _last_of(out: Outgoing) -> int:
    """The number of its newest line. Nobody deletes the row from here to the end of the transaction."""
    newest = LedgerEntry.objects.filter(outgoing=OuterRef("pk")).order_by("-number").values("number")[:1]
    rows = Outgoing.objects.filter(pk=out.pk).order_by().select_for_update(no_key=True)
    (last,) = rows.values_list(Coalesce(Subquery(newest), 0)).get()
    return int(last)


def moved(
    out: Outgoing,
    kind: LedgerEntry.Kind,
    fact: Reason,
    *,
    changed: Iterable[str] = (),
    says: Says | None = None,
    **what: Any,  # noqa: ANN401
) -> LedgerEntry:
    """The line of a move that was just made, in its transaction: what the row says from here on is signed with it.

    `changed`: the columns that the move has written, of those in `ledger_statements.SAID`. `says`: what it has changed
    of the rows of its kind.
    """
    told = {"state": out.state, "remote_id": out.remote_id, "permalink": out.permalink}
    return write(out, kind, fact, says=saying(out, changed, says), **{**told, **what})


def answer(heard: list[Exchange], error: OutsideError | None = None) -> dict[str, Any]:
    """The columns that tell of a call: what was asked last, what they said, their trace id."""
    if not heard:
        return {}
    last = heard[-1]
    trace = error.trace if error else last.trace
    return {
        "asked": last.asked[:300],
        "said": last.said,
        "status": last.status,
        "code": trace.code,
        "subcode": trace.subcode,
        "trace_id": trace.trace_id[:100],
        "seconds": sum(exchange.seconds for exchange in heard),
    }


def evidence(out: Outgoing, piece: Evidence, heard: list[Exchange]) -> LedgerEntry:
    """What one source says about whether it happened."""
    return write(
        out,
        Kind.EVIDENCE,
        piece.said,
        source=piece.source.name,
        verdict=piece.verdict.value,
        authoritative=piece.authoritative,
        **answer(heard),
    )
