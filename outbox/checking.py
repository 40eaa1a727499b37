"""checking → published, prepared again, or needs you: asking the platform whether it happened after all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import takewhile

from django.db import transaction

from accounts.connections import login_doubts
from accounts.connections.token_refresh import scopes_of_place
from outbox import ledger
from outbox.access import account_of
from outbox.kinds import kind_of
from outbox.ledger import Kind
from outbox.ledger_statements import STAGED
from outbox.models import LedgerEntry, Outgoing
from outbox.preflight import LONGEST_WAIT
from outbox.protocol import Evidence, Receipt, Verdict
from outbox.reasons import gate as why
from outbox.reasons import steps
from outbox.reasons.evidence import LOGIN, MaybeAnothers
from outbox.receipts import settle
from outbox.refused_sends import fail
from outbox.staging import NOTHING, call_of, staged
from outbox.verdicts import AT_LAST, MOST_COMMITS, Finding, Word, ends, failure, next_look, proof, weigh
from poster import clock
from poster.errors import Actor, OutsideError
from poster.http import client as http
from poster.reasons import Because
from poster.work import clock_jumps, cooldowns

TWINS = dt.timedelta(hours=1)  # a post that was asked for earlier is not listed as a new one
State = Outgoing.State


def look(out: Outgoing) -> str:
    """One look, whose lease the caller holds. Its own errors are no answer; it never leads straight to another send."""
    if out.deadly:
        return ask_person(out, why.AskingStopsUs(channel=out.channel_name))
    if until := rests_until(out):
        if ends(in_doubt_since(out), clock.now()):
            return ask_person(out, why.MayNotAsk(channel=out.channel_name, days=AT_LAST.days, until=until))
        out.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return f"{out.channel_name} is not asked before {until:%H:%M} UTC: it wants us to wait."
    if until := in_doubt_until(out):
        out.let_go(after=(until - clock.now()).total_seconds() + 1)
        return f"{out.channel_name} is not asked before {until:%H:%M:%S} UTC: its login is in doubt."
    clock_jumps.notice()
    evidence = ask(out)
    out.refresh_from_db(fields=["committed_at", "deadline_at", "settle_from"])  # the clock may have been put meanwhile
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
    since, now = _could_ask_since(out), clock.now()
    marked, long, call = in_doubt_since(out), _settle(out), call_of(out)
    finding = weigh(_words(out), marked_at=marked, settle=long, now=now, could_ask_since=since, call=call)
    if finding == Finding.ABSENT:
        return _send_again_or_ask(out, evidence)
    if finding == Finding.UNKNOWABLE or ends(marked, now):
        return ask_person(out, why.NotFoundOut(channel=out.channel_name))
    out.let_go(after=next_look(marked_at=marked, settle=long, now=now, call=call))
    return f"{out.channel_name} has not told us yet."


def ask(out: Outgoing) -> list[Evidence]:
    """What its sources say now, each a line of the ledger."""
    if out.channel is None:
        return []
    with http.listening() as heard:
        try:
            evidence = found(out)
        except OutsideError as error:
            evidence = [Evidence(LOGIN, Verdict.NO_ANSWER, error.reason)]
    evidence = ours(out, evidence)
    for piece in evidence:
        ledger.evidence(out, piece, heard)
    return evidence


def found(out: Outgoing) -> list[Evidence]:
    """What the platform finds of it. Raises what keeps us from asking."""
    kind, account = kind_of(out), account_of(out)
    return list(kind.adapter(out).find(account, kind.request(out), staged(out), marked_at(out), out.operation))


def tried_in_vain(out: Outgoing, failed: Evidence) -> str:
    """They tried, and it is certainly not out."""
    if not failed.again or out.commits >= MOST_COMMITS:
        return fail(out, why.TriedInVain(cause=Because(failed.said)), Actor.YOU)
    with transaction.atomic():
        if out.let_go(**NOTHING, state=State.QUEUED, **Outgoing.reason.columns(None)):
            again = steps.TriedAgain(cause=Because(failed.said))
            ledger.moved(out, Kind.DECISION, again, changed=STAGED)
    return f"Not out: again to {out.channel_name}."


def rests_until(out: Outgoing) -> dt.datetime | None:
    """Until when nobody may be asked about it. A look that is due then is no look less."""
    return cooldowns.resting_until(scopes_of_place(out.channel).keys()) if out.channel else None


def in_doubt_until(out: Outgoing) -> dt.datetime | None:
    """Until when only the one try is made with the login of its channel."""
    return login_doubts.paused_until(login_doubts.posted_with(out.channel)) if out.channel else None


def _could_ask_since(out: Outgoing) -> dt.datetime | None:
    """When a rest that kept us from asking was over: the day in which we have to find out begins then."""
    return cooldowns.last_rest(scopes_of_place(out.channel).keys()) if out.channel else None


def ours(out: Outgoing, evidence: list[Evidence]) -> list[Evidence]:
    """A post that belongs to another row says nothing about this one, however alike their words are.

    Where it was recognised by its words alone, it may also be that of a twin: the same words, out or maybe out, and
    nobody knows yet which post it is.
    """
    others = Outgoing.objects.filter(channel=out.channel).exclude(pk=out.pk)
    alike = kind_of(out).lookalikes(out)
    by_words = {piece.receipt.remote_id for piece in evidence if piece.receipt and not piece.authoritative}
    named = others.filter(remote_id__in=_named(evidence)).exclude(remote_id="").order_by()  # as the index has them
    foreign = set(named.values_list("remote_id", flat=True))
    lately = marked_at(out) - TWINS
    if by_words - foreign and alike.filter(remote_id="", committed_at__gt=lately).exists():
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


def marked_at(out: Outgoing) -> dt.datetime:
    """When it was last sent, as far as anybody knows."""
    return out.committed_at or out.staged_at or out.created_at


def in_doubt_since(out: Outgoing) -> dt.datetime:
    """Since when the settle time runs: since it was sent, or since the clock was put."""
    return max(marked_at(out), out.settle_from or marked_at(out))


def _settle(out: Outgoing) -> int:
    return kind_of(out).settle(out)


def _words(out: Outgoing) -> list[Word]:
    """The evidence since the last mark."""
    rows = LedgerEntry.objects.filter(outgoing=out.pk, kind__in=(Kind.COMMIT, Kind.EVIDENCE)).order_by("-number")
    told = rows.values_list("kind", "source", "verdict", "authoritative", "created_at")
    since = takewhile(lambda row: row[0] == Kind.EVIDENCE, told)
    return [Word(source, Verdict(verdict), authoritative, at) for _, source, verdict, authoritative, at in since]


def _send_again_or_ask(out: Outgoing, evidence: list[Evidence]) -> str:
    if out.commits >= MOST_COMMITS:
        return ask_person(out, why.NeverThere(channel=out.channel_name, times=MOST_COMMITS))
    if out.channel and out.channel.never_resend:
        return ask_person(out, why.NeedsYourWord(channel=out.channel_name))
    same = any(piece.authoritative and piece.verdict == Verdict.NOT_THERE for piece in evidence)
    again = {"state": State.PREPARED} if same else {"state": State.QUEUED, **NOTHING}
    with transaction.atomic():
        if out.let_go(**Outgoing.reason.columns(None), **again):
            fact = steps.NotOutSendingAgain()
            ledger.moved(out, Kind.DECISION, fact, changed=() if same else STAGED)
    return f"Not there: again to {out.channel_name}."


def ask_person(out: Outgoing, reason: why.LookThere) -> str:
    """Nobody but a person can look."""
    with transaction.atomic():
        if out.let_go(state=State.NEEDS_YOU, actor=Actor.YOU, **Outgoing.reason.columns(reason)):
            ledger.moved(out, Kind.DECISION, reason)
    return str(reason)
