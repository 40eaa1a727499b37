"""It is certainly not out: what follows from what they said. Wait, rest, block, fail, or lay it down anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.connections import login_doubts, refusals, suspensions
from accounts.models import Channel
from poster import clock
from poster.errors import Actor, OutsideError, RateLimited, Refused, Suspended, Unauthorized, Unavailable
from poster.http import client as http
from poster.reasons import Because, Reason
from poster.work.leases import backoff
from publishing.delivery import ledger, pacing
from publishing.delivery.ledger import Kind
from publishing.delivery.ledger_statements import STAGED
from publishing.delivery.preflight import LONGEST_WAIT, Stop
from publishing.delivery.staging import NOTHING, columns
from publishing.models import Delivery
from publishing.platforms import Spoilt, Staged
from publishing.reasons import gate as why

MOST_REDONE = 3
MOST_SHOWINGS = 5  # of one and the same
ASK_GATE = 30  # seconds until a blocked delivery asks again whether it may go on
State = Delivery.State


def no_effect(delivery: Delivery, error: OutsideError, heard: list[http.Exchange]) -> str:
    """They certainly did not do it: this commit does not count. Never without the line that says so (I2)."""
    with transaction.atomic():
        kept = delivery.swap(state=State.PREPARED, commits=delivery.commits - 1)
        answer = ledger.answer(heard, error)
        if kept:
            ledger.moved(delivery, Kind.OUTCOME, error.reason, changed=("commits",), **answer)
        else:
            ledger.write(delivery, Kind.OUTCOME, error.reason, **answer)
    if isinstance(error, Spoilt):
        return anew(delivery, error)
    if _shown_in_vain(delivery, error):
        return anew(delivery, Spoilt(error.reason))
    return _what_follows(delivery, error)


def _shown_in_vain(delivery: Delivery, error: OutsideError) -> bool:
    """They have it, and said so often that they do not know it that they have lost it (Threads: 24/4279009).

    What is laid down anew once more than they may spoil it would end the post, so that one goes on being asked for.
    """
    unknown = type(error) is Unavailable and error.trace.status is not None
    if not unknown or delivery.redone + 1 >= MOST_REDONE:
        return False
    return delivery.steps.filter(kind=Kind.COMMIT, refs=delivery.refs).count() >= MOST_SHOWINGS


def not_out(delivery: Delivery, error: OutsideError, heard: list[http.Exchange]) -> str:
    """A call before the mark failed, so it is not out."""
    ledger.write(delivery, Kind.OUTCOME, error.reason, **ledger.answer(heard, error))
    return _what_follows(delivery, error)


def _what_follows(delivery: Delivery, error: OutsideError) -> str:
    """It is not out: block, fail, or try again later, by what they said."""
    if isinstance(error, Unauthorized):
        return _block(delivery, error)
    if isinstance(error, Suspended):
        return _wait_for_them(delivery, error)
    if isinstance(error, Refused):
        return fail(delivery, error.reason, error.actor)
    wait = backoff(delivery.tries)
    if isinstance(error, Unavailable) and error.retry_after is not None:
        wait = max(wait, error.retry_after)
    more: dict[str, Any] = {}
    if isinstance(error, RateLimited):
        pacing.rest(delivery, dt.timedelta(seconds=wait))
        more = _no_later(delivery, wait)
    delivery.let_go(after=wait, tries=delivery.tries + 1, **Delivery.reason.columns(error.reason), **more)
    return error.sentence


def _wait_for_them(delivery: Delivery, error: Suspended) -> str:
    """Nothing is wrong with this post: it waits with the others until one is tried, and counts no try."""
    if delivery.channel is None:
        return fail(delivery, error.reason, error.actor)
    rest = suspensions.suspend(delivery.channel, error, delivery.pk)
    wait = min(max((rest.until - clock.now()).total_seconds(), 1), LONGEST_WAIT)
    told = suspensions.told(rest)
    columns = Delivery.reason.columns(told)
    delivery.let_go(after=wait, actor=error.actor, **columns, **_no_later(delivery, wait))
    return str(told)


def lay_down_anew(delivery: Delivery, reason: Reason) -> str:
    """What was laid down has grown old, or is spoilt by a refusal of everything: it was certainly never shown."""
    with transaction.atomic():
        if delivery.let_go(**NOTHING, state=State.QUEUED):
            ledger.moved(delivery, Kind.DECISION, reason, changed=STAGED)
    return str(reason)


def _no_later(delivery: Delivery, wait: float) -> dict[str, Any]:
    """What the channel makes it wait does not count towards its being late."""
    return {"latest_at": delivery.latest_at + dt.timedelta(seconds=wait)}


def _block(delivery: Delivery, error: Unauthorized) -> str:
    """Blocked once it is certain. Until then it waits with all others, which makes it neither failed nor late."""
    channel = delivery.channel
    if channel is not None and error.actor == Actor.YOU and not refusals.refused(channel, error, delivery.pk):
        return _wait_in_doubt(delivery, channel)
    return stop(delivery, Stop(error.reason, State.BLOCKED, actor=error.actor))


def _wait_in_doubt(delivery: Delivery, channel: Channel) -> str:
    """What they said is no verdict yet, so it is not told as one. Its own is the next try."""
    doubt = login_doubts.doubt(login_doubts.posted_with(channel))
    if doubt is None:
        renewed = why.LoginRenewed()
        told = {"tries": delivery.tries + 1, "actor": "", **Delivery.reason.columns(renewed)}
        delivery.let_go(after=backoff(delivery.tries, first=5), **told)
        return str(renewed)
    wait = login_doubts.left(doubt)
    in_doubt = login_doubts.told(doubt)
    columns = Delivery.reason.columns(in_doubt)
    delivery.let_go(after=wait, actor=Actor.YOU, **columns, **_no_later(delivery, wait))
    return str(in_doubt)


def fail(delivery: Delivery, reason: Reason, actor: str) -> str:
    return stop(delivery, Stop(reason, State.FAILED, actor=actor))


def anew(delivery: Delivery, spoilt: Spoilt) -> str:
    """Something that was laid down has to be laid down again; a few times, then that is the end."""
    left = spoilt.left or Staged(redone=delivery.redone + 1)
    if left.redone >= MOST_REDONE:
        return fail(delivery, why.TooOftenWrong(cause=Because(spoilt.reason), times=MOST_REDONE), Actor.PLATFORM)
    values = {"state": State.QUEUED, "tries": delivery.tries + 1, **columns(delivery, left)}
    with transaction.atomic():
        if delivery.let_go(after=backoff(delivery.tries, first=5), **values):
            ledger.moved(delivery, Kind.DECISION, spoilt.reason, changed=STAGED)
    return spoilt.sentence


def stop(delivery: Delivery, held: Stop) -> str:
    """Not now: wait, or go where the gate says."""
    told = {**Delivery.reason.columns(held.reason), "actor": held.actor}
    if not held.state:
        more = _no_later(delivery, held.after) if held.theirs else {}
        delivery.let_go(after=held.after, **more, **(told if held.told else {}))
        return str(held.reason)
    with transaction.atomic():
        if delivery.let_go(after=ASK_GATE if held.state == State.BLOCKED else 0, state=held.state, **told):
            ledger.moved(delivery, Kind.DECISION, held.reason)
    return str(held.reason)
