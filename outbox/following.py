"""accepted → published, failed with proof, or needs you: they have all of it, and we ask how far they are."""

from __future__ import annotations

from outbox.checking import ask, ask_person, in_doubt_until, rests_until, tried_in_vain
from outbox.ledger import Kind
from outbox.models import Outgoing
from outbox.preflight import LONGEST_WAIT
from outbox.protocol import Receipt
from outbox.reasons import gate as why
from outbox.reasons import steps
from outbox.receipts import settle
from outbox.verdicts import failure, proof
from poster import clock
from poster.reasons import Because

FIRST, MOST = 15.0, 900.0  # seconds between two questions, growing


def follow(out: Outgoing) -> str:
    """One question, whose lease the caller holds. Whatever they answer, it is never sent while they are at it."""
    if out.deadly:
        return ask_person(out, why.AskingStopsUs(channel=out.channel_name))
    if until := rests_until(out) or in_doubt_until(out):
        out.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return f"{out.channel_name} is not asked before {until:%H:%M:%S} UTC."
    evidence = ask(out)
    if there := proof(evidence):
        settle(
            out,
            there.receipt or Receipt(""),
            steps.EvidenceOfIt(cause=Because(there.said)),
            kind=Kind.DECISION,
        )
        return f"Published on {out.channel_name}."
    if failed := failure(evidence):
        return tried_in_vain(out, failed)
    if out.follow_until is None or clock.now() > out.follow_until:
        return ask_person(out, why.AcceptedLongAgo(channel=out.channel_name))
    after = min(FIRST * 2.0 ** min(out.tries, 10), MOST)
    out.let_go(after=after, tries=out.tries + 1)
    return f"{out.channel_name} is still at it."
