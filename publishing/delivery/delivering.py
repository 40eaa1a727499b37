"""Delivery → receipt. Each state is the last thing known to be true.

    queued -prepare (in steps)-> prepared -mark-> publishing -publish-> published
                                                      |     -accepted-> accepted (see following)
                                                      +- no clear answer, or the worker died -> checking (see checking)

The caller holds the lease of the row. Each step is one call at most; a taking makes as many as there is time for, and
shows what is ready at once. What is written after a call is fenced: a worker that slept through its lease writes
nothing, except a receipt, which always wins.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from accounts.connections import suspensions
from media.images import BadPicture
from poster import clock
from poster.errors import (
    Actor,
    OutsideError,
    Suspended,
    Unanswered,
    Unavailable,
)
from poster.http import client as http
from poster.work.leases import LEASE
from publishing.delivery import ledger, pacing, receipt_journal
from publishing.delivery.ledger import Kind
from publishing.delivery.ledger_statements import MARKED, STAGED
from publishing.delivery.preflight import Stop, gate, undoable
from publishing.delivery.publish_request import account_of, request_of
from publishing.delivery.receipts import settle
from publishing.delivery.refused_sends import anew, fail, lay_down_anew, no_effect, not_out, stop
from publishing.delivery.send_deadline import dead_mans_switch
from publishing.delivery.staging import Keeper, begun, call_of, columns, staged
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Accepted, Account, Platform, Request, Spoilt, Staged
from publishing.reasons import gate as why
from publishing.reasons import steps
from watches.memory import cursor_of
from watches.models import FoundFile
from watches.opened_sources import as_found, open_source

LIFE_AFTER = 30  # seconds that a sender outlives its call's deadline
FIRST_LOOK = 15  # seconds after the deadline of a call that was not answered
ENOUGH = 20.0  # seconds of steps; then others have their turn
MOST_COMMITS = 3
LOST = "Another worker has this post now, and goes on with it."
State = Delivery.State


def platform_of(delivery: Delivery) -> Platform:
    """The adapter that publishes it."""
    return PLATFORMS[delivery.platform]()


def deliver(delivery: Delivery) -> str:
    """queued → prepared → published, as far as one taking goes."""
    said = prepare(delivery)
    return publish(delivery) if delivery.state == State.PREPARED and delivery.leased_until else said


def prepare(delivery: Delivery) -> str:
    """queued → prepared, and the row is kept; of what is prepared already, whether it still is. It may be repeated."""
    if delivery.deadly:
        return fail(delivery, why.StoppedOurWorker(), Actor.OPERATOR)
    if _is_too_old(delivery):
        return lay_down_anew(delivery, why.TooOldByNow())
    if held := (delivery.state == State.PREPARED and undoable(delivery)) or gate(delivery):
        return stop(delivery, held)
    if not begun(delivery):
        ledger.write(delivery, Kind.STAGE, steps.Uploading(channel=delivery.channel_name))
    with http.listening() as heard:
        try:
            return _lay_down(delivery, heard)
        except BadPicture as error:
            if error.may_pass:
                return not_out(delivery, Unavailable(error.reason), heard)
            return fail(delivery, error.reason, Actor.YOU)
        except OutsideError as error:
            return _not_ready(delivery, error, heard)


def _lay_down(delivery: Delivery, heard: list[http.Exchange]) -> str:
    """Step after step, until it is ready, they want us to wait, or others have their turn."""
    platform, began = platform_of(delivery), clock.steady()
    account, request = account_of(delivery), request_of(delivery, with_parts=True)
    keeper = Keeper(delivery)
    while True:
        so_far = platform.prepare(account, request, keeper.so_far)
        if not keeper.keep(so_far, heard):
            return LOST
        if so_far.ready:
            return f"Prepared for {delivery.channel_name}."
        if so_far.wait or clock.steady() - began > ENOUGH:
            return _wait(delivery, so_far)
        heard.clear()


def _wait(delivery: Delivery, so_far: Staged) -> str:
    after = min(so_far.wait * (1 + delivery.tries), 60)
    delivery.let_go(after=after, tries=delivery.tries + bool(so_far.wait), **columns(delivery, so_far))
    return f"{delivery.channel_name} still works on it."


def publish(delivery: Delivery) -> str:
    """prepared → published: write down that we will, then make the one call."""
    if held := undoable(delivery) or gate(delivery) or _source_stop(delivery):
        return stop(delivery, held)
    platform = platform_of(delivery)
    with http.listening() as heard:
        try:
            account, request = account_of(delivery), request_of(delivery, with_parts=True)
            if delivery.state != State.PREPARED:  # its picture was made again, as other bytes than they have
                delivery.let_go()
                return str(why.OtherBytes())
            if held := pacing.quota_stop(delivery, platform, account):
                return stop(delivery, held)
        except OutsideError as error:
            return _not_ready(delivery, error, heard)
    try:
        receipt_journal.make_room(delivery.pk)
    except OSError:
        no_room = why.NoRoomForAnswers()
        delivery.let_go(after=60, actor=Actor.OPERATOR, **Delivery.reason.columns(no_room))
        return str(no_room)
    call = http.deadline_for(delivery.commit_bytes)
    with dead_mans_switch(call + LIFE_AFTER):
        if not _mark(delivery, dt.timedelta(seconds=call)):
            receipt_journal.done(delivery.pk)
            return f"{delivery.channel_name} is busy with another post."
        return _commit(delivery, platform, account, request)


def _is_too_old(delivery: Delivery) -> bool:
    return delivery.staged_until is not None and delivery.staged_until < clock.now()


def _not_ready(delivery: Delivery, error: OutsideError, heard: list[http.Exchange]) -> str:
    """What follows from what they said before we asked for it to be shown."""
    match error:
        case Spoilt():
            return anew(delivery, error)
        case Unanswered():
            return _doubt(delivery, error, heard)
        case Suspended() if begun(delivery):
            not_out(delivery, error, heard)
            return lay_down_anew(delivery, error.reason)
        case _:
            return not_out(delivery, error, heard)


class _Stopped(Exception):
    """The gate has closed since it was asked: the mark is taken back before anybody sees it."""


def _mark(delivery: Delivery, call: dt.timedelta) -> bool:
    """The intent, durable before the call. From here no road leads back except proof. One at a time per channel.

    The gate is asked behind the swap. By then the constraint has made us wait for whoever marks for this channel, so
    what they marked is seen (the same picture, their pause), and whoever comes later waits for us.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            kept = delivery.swap(
                state=State.PUBLISHING,
                commits=delivery.commits + 1,
                committed_at=now,
                deadline_at=now + call,
                settle_from=None,
                leased_until=now + min(2 * call, LEASE),
                tries=0,
            )
            if kept:
                _still_open(delivery)
                ledger.moved(
                    delivery,
                    Kind.COMMIT,
                    steps.AskedToShow(channel=delivery.channel_name),
                    changed=MARKED,
                    commit_number=delivery.steps.filter(kind=Kind.COMMIT).count() + 1,
                    refs=delivery.refs,
                    content_hash=delivery.content_hash,
                    deadline=now + call,
                )
    except (IntegrityError, _Stopped):  # delivery_one_in_flight
        delivery.refresh_from_db()
        kept = False
    if not kept:
        delivery.let_go(after=3)
    return kept


def _still_open(delivery: Delivery) -> None:
    if undoable(delivery) or gate(delivery):
        raise _Stopped


def _commit(delivery: Delivery, platform: Platform, account: Account, request: Request) -> str:
    with http.listening() as heard:
        try:
            answer = platform.publish(account, request, staged(delivery))
        except Unanswered as error:
            receipt_journal.done(delivery.pk)
            return _doubt(delivery, error, heard)
        except OutsideError as error:
            receipt_journal.done(delivery.pk)
            return no_effect(delivery, error, heard)
    if isinstance(answer, Accepted):
        receipt_journal.done(delivery.pk)
        said = _accepted(delivery, answer, heard)
    else:
        settle(delivery, answer, steps.TheySayItIsOut(), **ledger.answer(heard))
        if delivery.channel:
            suspensions.lift(delivery.channel)
        said = f"Published on {delivery.channel_name}."
    pacing.count_one(delivery)  # after what they said is written down: nothing comes before that
    pacing.slow_down(delivery, heard)
    return said


def _accepted(delivery: Delivery, answer: Accepted, heard: list[http.Exchange]) -> str:
    """publishing → accepted: they have all of it, and show it when they have finished with it (see following)."""
    until = clock.now() + answer.horizon
    values: dict[str, Any] = {"operation": answer.operation, "follow_until": until, "tries": 0}
    values |= Delivery.reason.columns(None)
    with transaction.atomic():
        if delivery.let_go(after=answer.wait, state=State.ACCEPTED, **values):
            fact = steps.Accepted()
            ledger.moved(delivery, Kind.OUTCOME, fact, changed=STAGED, refs=delivery.refs, **ledger.answer(heard))
    return f"{delivery.channel_name} has accepted it."


def doubt_the_dead(delivery: Delivery) -> str:
    """publishing → checking: found without a worker. It is never sent again from here; we ask the platform."""
    with transaction.atomic():
        longest = call_of(delivery) + dt.timedelta(seconds=FIRST_LOOK)
        due = (delivery.committed_at or clock.now()) + longest
        after = min(max(due - clock.now(), dt.timedelta(0)), longest).total_seconds()
        if delivery.let_go(after=after, state=State.CHECKING):
            ledger.moved(
                delivery,
                Kind.DECISION,
                steps.WorkerStopped(),
            )
    return f"Checking {delivery.channel_name}."


def _doubt(delivery: Delivery, error: Unanswered, heard: list[http.Exchange]) -> str:
    """It may be out. What they said of the account holds all the same for whatever would be sent next."""
    if isinstance(error.meant, Suspended) and delivery.channel:
        suspensions.suspend(delivery.channel, error.meant, delivery.pk)
    heard_back = bool(heard and heard[-1].status)
    after = FIRST_LOOK if heard_back else call_of(delivery).total_seconds() + FIRST_LOOK
    with transaction.atomic():
        if delivery.let_go(after=after, state=State.CHECKING, tries=0, **Delivery.reason.columns(error.reason)):
            ledger.moved(delivery, Kind.OUTCOME, error.reason, **ledger.answer(heard, error))
    return error.sentence


def _source_stop(delivery: Delivery) -> Stop | None:
    """Taking the file away is the owner's emergency stop: asked of the source itself, right before it goes out."""
    for file in FoundFile.objects.filter(asset__posts=delivery.post_id, watch__isnull=False):
        assert file.watch is not None  # noqa: S101 - asked for
        try:
            stream = file.watch.stream
            there = open_source(stream).still_there(as_found(file), cursor_of(stream))
        except OutsideError:
            continue  # not being able to ask is no reason to hold back what was ordered
        if not there:
            return Stop(why.TakenAway(), State.CANCELLED)
    return None
