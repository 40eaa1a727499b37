"""Writing the ledger: lines are added, never changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from outbox.kinds import Says
from outbox.ledger_statements import saying
from outbox.models import LedgerEntry, Outgoing
from outbox.protocol import Evidence
from poster.database import asking
from poster.errors import OutsideError
from poster.http.client import Exchange
from poster.ledger import hash_chain
from poster.reasons import Reason

Kind = LedgerEntry.Kind
_NEWEST = """
SELECT coalesce((SELECT max(e.number) FROM outbox_ledgerentry e WHERE e.outgoing_id = o.id), 0)
FROM outbox_outgoing o WHERE o.id = %s"""
LAST = {"sqlite": _NEWEST, "postgresql": f"{_NEWEST} FOR NO KEY UPDATE"}

COMMITS = "SELECT count(*) FROM outbox_ledgerentry WHERE outgoing_id = %s AND kind = %s"


class Line(NamedTuple):
    """One that is to be written."""

    kind: LedgerEntry.Kind
    fact: Reason
    columns: dict[str, Any]


def write(out: Outgoing, kind: LedgerEntry.Kind, fact: Reason, **what: Any) -> LedgerEntry:  # noqa: ANN401
    """One line, see `write_all`."""
    return write_all(out, [Line(kind, fact, what)])[0]


def write_all(out: Outgoing, lines: Sequence[Line]) -> list[LedgerEntry]:
    """In their order. Numbers are unique for each: of two workers that write at once, one fails and its work with it.

    Raises Outgoing.DoesNotExist when the row was deleted meanwhile, with all its lines: nothing else ties them to it.
    """
    with transaction.atomic(savepoint=False):
        last = _last_of(out)
        entries = [
            LedgerEntry(
                outgoing_id=out.pk,
                number=number,
                kind=kind,
                **LedgerEntry.fact.columns(fact),
                worker=f"{socket.gethostname()}:{os.getpid()}",
                fence=out.fence,
                **columns,
            )
            for number, (kind, fact, columns) in enumerate(lines, last + 1)
        ]
        LedgerEntry.objects.bulk_create(entries)
        hash_chain.append_all((entry, out.pk) for entry in entries)
    return entries


def _last_of(out: Outgoing) -> int:
    """The number of its newest line. Nobody deletes the row from here to the end of the transaction."""
    told = asking.rows(LAST[connection.vendor], out.pk)
    if not told:
        raise Outgoing.DoesNotExist(out.pk)
    return int(told[0][0])


def commits_of(out: Outgoing) -> int:
    """How often its lines say that the call which publishes it was marked."""
    [(number,)] = asking.rows(COMMITS, out.pk, Kind.COMMIT.value)
    return int(number)


def moved(out: Outgoing, kind: LedgerEntry.Kind, fact: Reason, **what: Any) -> LedgerEntry:  # noqa: ANN401
    """The line of a move that was just made, in its transaction; see `move`."""
    return write_all(out, [move(out, kind, fact, **what)])[0]


def move(
    out: Outgoing,
    kind: LedgerEntry.Kind,
    fact: Reason,
    *,
    changed: Iterable[str] = (),
    says: Says | None = None,
    **what: Any,  # noqa: ANN401
) -> Line:
    """The line of a move that was just made: what the row says from here on is signed with it.

    `changed`: the columns that the move has written, of those in `ledger_statements.SAID`. `says`: what it has changed
    of the rows of its kind.
    """
    told = {"state": out.state, "remote_id": out.remote_id, "permalink": out.permalink}
    return Line(kind, fact, {"says": saying(out, changed, says), **told, **what})


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
