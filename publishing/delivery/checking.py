"""checking → published, prepared again, or needs you: asking the platform whether it happened after all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import takewhile

from django.db import transaction

from accounts.connections import login_doubts
from accounts.connections.token_refresh import scopes_of_place
from poster import clock
from poster.errors import Actor, OutsideError
from poster.http import client as http
from poster.reasons import Because
from poster.work import clock_jumps, cooldowns
from publishing.delivery import ledger
from publishing.delivery.delivering import MOST_COMMITS, platform_of
from publishing.delivery.ledger import Kind
from publishing.delivery.ledger_statements import STAGED
from publishing.delivery.preflight import LONGEST_WAIT
from publishing.delivery.publish_request import account_of, request_of
from publishing.delivery.receipts import settle
from publishing.delivery.refused_sends import fail
from publishing.delivery.staging import NOTHING, call_of, staged
from publishing.delivery.verdicts import AT_LAST, Finding, Word, ends, failure, next_look, proof, weigh
from publishing.models import Delivery, Step
from publishing.platforms import Evidence, Receipt, Verdict
from publishing.posts.text_limits import limits_of
from publishing.reasons import gate as why
from publishing.reasons import steps
from publishing.reasons.evidence import LOGIN, MaybeAnothers

TWINS = dt.timedelta(hours=1)  # a post that was asked for earlier is not listed as a new one
State = Delivery.State


def look(delivery: Delivery) -> str:
    """One look, whose lease the caller holds. Its own errors are no answer; it never leads straight to another send."""
    if delivery.deadly:
        return ask_person(delivery, why.AskingStopsUs(channel=delivery.channel_name))
    if until := rests_until(delivery):
        if ends(in_doubt_since(delivery), clock.now()):
            return ask_person(delivery, why.MayNotAsk(channel=delivery.channel_name, days=AT_LAST.days, until=until))
        delivery.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return f"{delivery.channel_name} is not asked before {until:%H:%M} UTC: it wants us to wait."
    if until := in_doubt_until(delivery):
        delivery.let_go(after=(until - clock.now()).total_seconds() + 1)
        return f"{delivery.channel_name} is not asked before {until:%H:%M:%S} UTC: its login is in doubt."
    clock_jumps.notice()
    evidence = ask(delivery)
    delivery.refresh_from_db(
        fields=["committed_at", "deadline_at", "settle_from"]
    )  # the clock may have been put meanwhile
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
    since, now = _could_ask_since(delivery), clock.now()
    marked, long, call = in_doubt_since(delivery), _settle(delivery), call_of(delivery)
    finding = weigh(_words(delivery), marked_at=marked, settle=long, now=now, could_ask_since=since, call=call)
    if finding == Finding.ABSENT:
        return _send_again_or_ask(delivery, evidence)
    if finding == Finding.UNKNOWABLE or ends(marked, now):
        return ask_person(delivery, why.NotFoundOut(channel=delivery.channel_name))
    delivery.let_go(after=next_look(marked_at=marked, settle=long, now=now, call=call))
    return f"{delivery.channel_name} has not told us yet."


def ask(delivery: Delivery) -> list[Evidence]:
    """What its sources say now, each a line of the ledger."""
    if delivery.channel is None:
        return []
    with http.listening() as heard:
        try:
            evidence = found(delivery)
        except OutsideError as error:
            evidence = [Evidence(LOGIN, Verdict.NO_ANSWER, error.reason)]
    evidence = ours(delivery, evidence)
    for piece in evidence:
        ledger.evidence(delivery, piece, heard)
    return evidence


def found(delivery: Delivery) -> list[Evidence]:
    """What the platform finds of it. Raises what keeps us from asking."""
    account, request = account_of(delivery), request_of(delivery)
    since = marked_at(delivery)
    return list(platform_of(delivery).find(account, request, staged(delivery), since, delivery.operation))


def tried_in_vain(delivery: Delivery, failed: Evidence) -> str:
    """They tried, and it is certainly not out."""
    if not failed.again or delivery.commits >= MOST_COMMITS:
        return fail(delivery, why.TriedInVain(cause=Because(failed.said)), Actor.YOU)
    with transaction.atomic():
        if delivery.let_go(**NOTHING, state=State.QUEUED, **Delivery.reason.columns(None)):
            again = steps.TriedAgain(cause=Because(failed.said))
            ledger.moved(delivery, Kind.DECISION, again, changed=STAGED)
    return f"Not out: again to {delivery.channel_name}."


def rests_until(delivery: Delivery) -> dt.datetime | None:
    """Until when nobody may be asked about it. A look that is due then is no look less."""
    return cooldowns.resting_until(scopes_of_place(delivery.channel).keys()) if delivery.channel else None


def in_doubt_until(delivery: Delivery) -> dt.datetime | None:
    """Until when only the one try is made with the login of its channel."""
    return login_doubts.paused_until(login_doubts.posted_with(delivery.channel)) if delivery.channel else None


def _could_ask_since(delivery: Delivery) -> dt.datetime | None:
    """When a rest that kept us from asking was over: the day in which we have to find out begins then."""
    return cooldowns.last_rest(scopes_of_place(delivery.channel).keys()) if delivery.channel else None


def ours(delivery: Delivery, evidence: list[Evidence]) -> list[Evidence]:
    """A post that belongs to another delivery says nothing about this one, however alike their words are.

    Where it was recognised by its words alone, it may also be that of a twin: the same words, out or maybe out, and
    nobody knows yet which post it is.
    """
    others = Delivery.objects.filter(channel=delivery.channel).exclude(pk=delivery.pk)
    by_words = {piece.receipt.remote_id for piece in evidence if piece.receipt and not piece.authoritative}
    named = others.filter(remote_id__in=_named(evidence)).exclude(remote_id="").order_by()  # as the index has them
    foreign = set(named.values_list("remote_id", flat=True))
    lately = marked_at(delivery) - TWINS
    if by_words - foreign and others.filter(text=delivery.text, remote_id="", committed_at__gt=lately).exists():
        foreign |= by_words
    return [_but_not(foreign, piece) for piece in evidence]


def _named(evidence: list[Evidence]) -> set[str]:
    return {piece.receipt.remote_id for piece in evidence if piece.receipt}


def _but_not(foreign: set[str], piece: Evidence) -> Evidence:
    """The evidence without posts that are, or may be, another delivery's."""
    if piece.receipt is None or piece.receipt.remote_id not in foreign:
        return piece
    if piece.authoritative:
        return replace(piece, receipt=Receipt(""))
    return Evidence(piece.source, Verdict.NO_ANSWER, MaybeAnothers(post=piece.receipt.remote_id))


def marked_at(delivery: Delivery) -> dt.datetime:
    """When it was last sent, as far as anybody knows."""
    return delivery.committed_at or delivery.staged_at or delivery.created_at


def in_doubt_since(delivery: Delivery) -> dt.datetime:
    """Since when the settle time runs: since it was sent, or since the clock was put."""
    return max(marked_at(delivery), delivery.settle_from or marked_at(delivery))


def _settle(delivery: Delivery) -> int:
    return limits_of(delivery.platform, delivery.form).settle


def _words(delivery: Delivery) -> list[Word]:
    """The evidence since the last mark."""
    rows = Step.objects.filter(delivery=delivery.pk, kind__in=(Kind.COMMIT, Kind.EVIDENCE)).order_by("-number")
    told = rows.values_list("kind", "source", "verdict", "authoritative", "created_at")
    since = takewhile(lambda row: row[0] == Kind.EVIDENCE, told)
    return [Word(source, Verdict(verdict), authoritative, at) for _, source, verdict, authoritative, at in since]


def _send_again_or_ask(delivery: Delivery, evidence: list[Evidence]) -> str:
    if delivery.commits >= MOST_COMMITS:
        return ask_person(delivery, why.NeverThere(channel=delivery.channel_name, times=MOST_COMMITS))
    if delivery.channel and delivery.channel.never_resend:
        return ask_person(delivery, why.NeedsYourWord(channel=delivery.channel_name))
    same = any(piece.authoritative and piece.verdict == Verdict.NOT_THERE for piece in evidence)
    again = {"state": State.PREPARED} if same else {"state": State.QUEUED, **NOTHING}
    with transaction.atomic():
        if delivery.let_go(**Delivery.reason.columns(None), **again):
            fact = steps.NotOutSendingAgain()
            ledger.moved(delivery, Kind.DECISION, fact, changed=() if same else STAGED)
    return f"Not there: again to {delivery.channel_name}."


def ask_person(delivery: Delivery, reason: why.LookThere) -> str:
    """Nobody but a person can look."""
    with transaction.atomic():
        if delivery.let_go(state=State.NEEDS_YOU, actor=Actor.YOU, **Delivery.reason.columns(reason)):
            ledger.moved(delivery, Kind.DECISION, reason)
    return str(reason)
