"""Writing the ledger: lines are added, never changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from poster.errors import OutsideError
from poster.http.client import Exchange
from poster.ledger import hash_chain
from poster.reasons import Reason
from publishing.delivery.ledger_statements import saying
from publishing.models import Delivery, Post, Step
from publishing.platforms import Evidence

Kind = Step.Kind


def write(delivery: Delivery, kind: Step.Kind, fact: Reason, **what: Any) -> Step:  # noqa: ANN401
    """One line. Numbers are unique per delivery: of two workers that write at once, one fails and its work with it."""
    with transaction.atomic(savepoint=False):
        last = Step.objects.filter(delivery=delivery.pk).aggregate(last=Max("number"))["last"] or 0
        step = Step(
            delivery_id=delivery.pk,
            number=last + 1,
            kind=kind,
            **Step.fact.columns(fact),
            worker=f"{socket.gethostname()}:{os.getpid()}",
            fence=delivery.fence,
            **what,
        )
        step.save(force_insert=True)
        hash_chain.append(step, delivery.pk)
    return step


def moved(
    delivery: Delivery,
    kind: Step.Kind,
    fact: Reason,
    *,
    changed: Iterable[str] = (),
    post: Post | None = None,
    **what: Any,  # noqa: ANN401
) -> Step:
    """The line of a move that was just made, in its transaction: what the row says from here on is signed with it.

    `changed`: the columns that the move has written, of those in `saying.SAID`. `post`: its post, where the move has
    decided about it or changed its words.
    """
    told = {"state": delivery.state, "remote_id": delivery.remote_id, "permalink": delivery.permalink}
    return write(delivery, kind, fact, says=saying(delivery, changed, post), **{**told, **what})


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


def evidence(delivery: Delivery, piece: Evidence, heard: list[Exchange]) -> Step:
    """What one source says about whether it happened."""
    return write(
        delivery,
        Kind.EVIDENCE,
        piece.said,
        source=piece.source.name,
        verdict=piece.verdict.value,
        authoritative=piece.authoritative,
        **answer(heard),
    )
