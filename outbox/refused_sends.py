"""It is certainly not out: what follows from what they said. Wait, rest, block, fail, or lay it down anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.connections import login_doubts, refusals, suspensions
from accounts.models import Channel
from outbox import ledger, pacing
from outbox.ledger import Kind
from outbox.ledger_statements import STAGED
from outbox.models import Outgoing
from outbox.preflight import LONGEST_WAIT, Stop
from outbox.protocol import Spoilt, Staged
from outbox.reasons import gate as why
from outbox.staging import NOTHING, columns
from poster import clock
from poster.errors import Actor, OutsideError, RateLimited, Refused, Suspended, Unauthorized, Unavailable
from poster.http import client as http
from poster.reasons import Because, Reason
from poster.work.leases import backoff

MOST_REDONE = 3
MOST_SHOWINGS = 5  # of one and the same
ASK_GATE = 30  # seconds until what is blocked asks again whether it may go on
State = Outgoing.State


def no_effect(out: Outgoing, error: OutsideError, heard: list[http.Exchange]) -> str:
    """They certainly did not do it: this commit does not count. Never without the line that says so (I2)."""
    with transaction.atomic():
        kept = out.swap(state=State.PREPARED, commits=out.commits - 1)
        answer = ledger.answer(heard, error)
        if kept:
            ledger.moved(out, Kind.OUTCOME, error.reason, changed=("commits",), **answer)
        else:
            ledger.write(out, Kind.OUTCOME, error.reason, **answer)
    if isinstance(error, Spoilt):
        return anew(out, error)
    if _shown_in_vain(out, error):
        return anew(out, Spoilt(error.reason))
    return _what_follows(out, error)


def _shown_in_vain(out: Outgoing, error: OutsideError) -> bool:
    """They have it, and said so often that they do not know it that they have lost it (Threads: 24/4279009).

    What is laid down anew once more than they may spoil it would end the post, so that one goes on being asked for.
    """
    unknown = type(error) is Unavailable and error.trace.status is not None
    if not unknown or out.redone + 1 >= MOST_REDONE:
        return False
    return out.entries.filter(kind=Kind.COMMIT, refs=out.refs).count() >= MOST_SHOWINGS


def not_out(out: Outgoing, error: OutsideError, heard: list[http.Exchange]) -> str:
    """A call before the mark failed, so it is not out."""
    ledger.write(out, Kind.OUTCOME, error.reason, **ledger.answer(heard, error))
    return _what_follows(out, error)


def _what_follows(out: Outgoing, error: OutsideError) -> str:
    """It is not out: block, fail, or try again later, by what they said."""
    if isinstance(error, Unauthorized):
        return _block(out, error)
    if isinstance(error, Suspended):
        return _wait_for_them(out, error)
    if isinstance(error, Refused):
        return fail(out, error.reason, error.actor)
    wait = backoff(out.tries)
    if isinstance(error, Unavailable) and error.retry_after is not None:
        wait = max(wait, error.retry_after)
    more: dict[str, Any] = {}
    if isinstance(error, RateLimited):
        pacing.rest(out, dt.timedelta(seconds=wait))
        more = _no_later(out, wait)
    out.let_go(after=wait, tries=out.tries + 1, **Outgoing.reason.columns(error.reason), **more)
    return error.sentence


def _wait_for_them(out: Outgoing, error: Suspended) -> str:
    """Nothing is wrong with this post: it waits with the others until one is tried, and counts no try."""
    assert out.channel is not None  # noqa: S101 - who was asked was spoken to as it (`account_of`)
    rest = suspensions.suspend(out.channel, error, out.pk)
    wait = min(max((rest.until - clock.now()).total_seconds(), 1), LONGEST_WAIT)
    told = suspensions.told(rest)
    columns = Outgoing.reason.columns(told)
    out.let_go(after=wait, actor=error.actor, **columns, **_no_later(out, wait))
    return str(told)


def lay_down_anew(out: Outgoing, reason: Reason) -> str:
    """What was laid down has grown old, or is spoilt by a refusal of everything: it was certainly never shown."""
    with transaction.atomic():
        if out.let_go(**NOTHING, state=State.QUEUED):
            ledger.moved(out, Kind.DECISION, reason, changed=STAGED)
    return str(reason)


def _no_later(out: Outgoing, wait: float) -> dict[str, Any]:
    """What the channel makes it wait does not count towards its being late."""
    return {"latest_at": out.latest_at + dt.timedelta(seconds=wait)}


def _block(out: Outgoing, error: Unauthorized) -> str:
    """Blocked once it is certain. Until then it waits with all others, which makes it neither failed nor late."""
    channel = out.channel
    if channel is not None and error.actor == Actor.YOU and not refusals.refused(channel, error, out.pk):
        return _wait_in_doubt(out, channel)
    return stop(out, Stop(error.reason, State.BLOCKED, actor=error.actor))


def _wait_in_doubt(out: Outgoing, channel: Channel) -> str:
    """What they said is no verdict yet, so it is not told as one. Its own is the next try."""
    doubt = login_doubts.doubt(login_doubts.posted_with(channel))
    if doubt is None:
        renewed = why.LoginRenewed()
        told = {"tries": out.tries + 1, "actor": "", **Outgoing.reason.columns(renewed)}
        out.let_go(after=backoff(out.tries, first=5), **told)
        return str(renewed)
    wait = login_doubts.left(doubt)
    in_doubt = login_doubts.told(doubt)
    columns = Outgoing.reason.columns(in_doubt)
    out.let_go(after=wait, actor=Actor.YOU, **columns, **_no_later(out, wait))
    return str(in_doubt)


def fail(out: Outgoing, reason: Reason, actor: str) -> str:
    return stop(out, Stop(reason, State.FAILED, actor=actor))


def anew(out: Outgoing, spoilt: Spoilt) -> str:
    """Something that was laid down has to be laid down again; a few times, then that is the end."""
    left = spoilt.left or Staged(redone=out.redone + 1)
    if left.redone >= MOST_REDONE:
        return fail(out, why.TooOftenWrong(cause=Because(spoilt.reason), times=MOST_REDONE), Actor.PLATFORM)
    values = {"state": State.QUEUED, "tries": out.tries + 1, **columns(out, left)}
    with transaction.atomic():
        if out.let_go(after=backoff(out.tries, first=5), **values):
            ledger.moved(out, Kind.DECISION, spoilt.reason, changed=STAGED)
    return spoilt.sentence


def stop(out: Outgoing, held: Stop) -> str:
    """Not now: wait, or go where the gate says."""
    told = {**Outgoing.reason.columns(held.reason), "actor": held.actor}
    if not held.state:
        more = _no_later(out, held.after) if held.theirs else {}
        out.let_go(after=held.after, **more, **(told if held.told else {}))
        return str(held.reason)
    with transaction.atomic():
        if out.let_go(after=ASK_GATE if held.state == State.BLOCKED else 0, state=held.state, **told):
            ledger.moved(out, Kind.DECISION, held.reason)
    return str(held.reason)
