"""accepted → published, failed with proof, or needs you: they have all of it, and we ask how far they are."""

from __future__ import annotations

from poster import clock
from poster.reasons import Because
from publishing.delivery.checking import ask, ask_person, in_doubt_until, rests_until, tried_in_vain
from publishing.delivery.ledger import Kind
from publishing.delivery.preflight import LONGEST_WAIT
from publishing.delivery.receipts import settle
from publishing.delivery.verdicts import failure, proof
from publishing.models import Delivery
from publishing.platforms import Receipt
from publishing.reasons import gate as why
from publishing.reasons import steps

FIRST, MOST = 15.0, 900.0  # seconds between two questions, growing


def follow(delivery: Delivery) -> str:
    """One question, whose lease the caller holds. Whatever they answer, it is never sent while they are at it."""
    if delivery.deadly:
        return ask_person(delivery, why.AskingStopsUs(channel=delivery.channel_name))
    if until := rests_until(delivery) or in_doubt_until(delivery):
        delivery.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return f"{delivery.channel_name} is not asked before {until:%H:%M:%S} UTC."
    evidence = ask(delivery)
    if there := proof(evidence):
        settle(
            delivery,
            there.receipt or Receipt(""),
            steps.EvidenceOfIt(cause=Because(there.said)),
            kind=Kind.DECISION,
        )
        return f"Published on {delivery.channel_name}."
    if failed := failure(evidence):
        return tried_in_vain(delivery, failed)
    if delivery.follow_until is None or clock.now() > delivery.follow_until:
        return ask_person(delivery, why.AcceptedLongAgo(channel=delivery.channel_name))
    after = min(FIRST * 2.0 ** min(delivery.tries, 10), MOST)
    delivery.let_go(after=after, tries=delivery.tries + 1)
    return f"{delivery.channel_name} is still at it."
