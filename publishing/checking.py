"""checking → published, prepared again, or needs you: asking the platform whether it happened after all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from poster import clock, http
from poster.errors import Actor, OutsideError
from publishing import ledger
from publishing.delivering import MOST_COMMITS, platform_of
from publishing.drafting import draft_of
from publishing.ledger import Kind
from publishing.limiting import limits_of
from publishing.models import Delivery, Step
from publishing.platforms import Evidence, Receipt, Verdict
from publishing.settling import settle
from publishing.weighing import Finding, Word, next_look, proof, weigh

State = Delivery.State


def look(delivery: Delivery) -> str:
    """One look, whose lease the caller holds. Its own errors are no answer; it never leads straight to another send."""
    evidence = _ask(delivery)
    if there := proof(evidence):
        settle(delivery, there.receipt or Receipt(""), f"It is out: {there.said}")
        return f"Published on {delivery.channel_name}."
    finding = weigh(_words(delivery), marked_at=_marked_at(delivery), settle=_settle(delivery), now=clock.now())
    if finding == Finding.ABSENT:
        return _send_again_or_ask(delivery, evidence)
    if finding == Finding.UNKNOWABLE:
        return _ask_person(delivery, "We could not find out within a day whether it is out.")
    delivery.let_go(after=next_look(marked_at=_marked_at(delivery), settle=_settle(delivery), now=clock.now()))
    return f"{delivery.channel_name} has not told us yet."


def _ask(delivery: Delivery) -> list[Evidence]:
    if delivery.channel is None:
        return []
    with http.listening() as heard:
        try:
            evidence = list(platform_of(delivery).find(draft_of(delivery), delivery.handle, _marked_at(delivery)))
        except OutsideError as error:
            evidence = [Evidence("our login", Verdict.NO_ANSWER, error.sentence)]
    evidence = [_ours(delivery, piece) for piece in evidence]
    for piece in evidence:
        ledger.evidence(delivery, piece, heard)
    return evidence


def _ours(delivery: Delivery, piece: Evidence) -> Evidence:
    """A post that belongs to another delivery says nothing about this one, however alike their words are."""
    receipt = piece.receipt
    if receipt is None or not receipt.remote_id:
        return piece
    others = Delivery.objects.filter(channel=delivery.channel, remote_id=receipt.remote_id).exclude(pk=delivery.pk)
    if not others.exists():
        return piece
    if piece.authoritative:
        return replace(piece, receipt=Receipt(""))
    said = f"The post {receipt.remote_id} is another one of ours."
    return Evidence(piece.source, Verdict.NO_ANSWER, said)


def _marked_at(delivery: Delivery) -> dt.datetime:
    return delivery.committed_at or delivery.handle_at or delivery.created_at


def _settle(delivery: Delivery) -> int:
    return limits_of(delivery.platform).settle


def _words(delivery: Delivery) -> list[Word]:
    """The evidence since the last mark."""
    last = delivery.steps.filter(kind=Kind.COMMIT).order_by("-number").values_list("number", flat=True).first() or 0
    rows = delivery.steps.filter(kind=Step.Kind.EVIDENCE, number__gt=last)
    return [Word(row.source, Verdict(row.verdict), row.authoritative, row.created_at) for row in rows]


def _send_again_or_ask(delivery: Delivery, evidence: list[Evidence]) -> str:
    if delivery.commits >= MOST_COMMITS:
        return _ask_person(
            delivery, f"{MOST_COMMITS} tries were not answered, and each time it was not there afterwards."
        )
    if delivery.channel and delivery.channel.never_resend:
        return _ask_person(delivery, "It is not there, and this channel is never sent to again without you.")
    same = any(piece.authoritative and piece.verdict == Verdict.NOT_THERE for piece in evidence)
    again = {"state": State.PREPARED} if same else {"state": State.QUEUED, "handle": "", "handle_at": None}
    with transaction.atomic():
        if delivery.let_go(error="", **again):
            ledger.write(delivery, Kind.DECISION, "It is certainly not there, so it goes out again.")
    return f"Not there: again to {delivery.channel_name}."


def _ask_person(delivery: Delivery, sentence: str) -> str:
    whole = f"{sentence} Please look at {delivery.channel_name}: is it there?"
    with transaction.atomic():
        if delivery.let_go(state=State.NEEDS_YOU, error=whole, actor=Actor.YOU):
            ledger.write(delivery, Kind.DECISION, whole)
    return whole
