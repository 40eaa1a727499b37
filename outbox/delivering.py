"""What goes out → receipt. Each state is the last thing known to be true.

    queued -prepare (in steps)-> prepared -mark-> publishing -publish-> published
                                                      |     -accepted-> accepted (see following)
                                                      +- no clear answer, or the worker died -> checking (see checking)

The caller holds the lease of the row. Each step is one call at most; a taking makes as many as there is time for, and
shows what is ready at once. What is written after a call is fenced: a worker that slept through its lease writes
nothing, except a receipt, which always wins.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.connections import suspensions
from media.images import BadPicture
from outbox import ledger, pacing, receipt_journal
from outbox.access import account_of
from outbox.kinds import kind_of
from outbox.ledger import Kind
from outbox.ledger_statements import MARKED, STAGED
from outbox.models import Outgoing
from outbox.preflight import Stop, gate, going_on, undoable
from outbox.protocol import Accepted, Account, Adapter, Spoilt, Staged
from outbox.reasons import gate as why
from outbox.reasons import steps
from outbox.receipts import settle
from outbox.refused_sends import anew, fail, lay_down_anew, no_effect, not_out, stop
from outbox.send_deadline import dead_mans_switch
from outbox.staging import Keeper, begun, call_of, staged
from poster import clock
from poster.database import asking
from poster.errors import Actor, OutsideError, Suspended, Unanswered, Unavailable
from poster.http import client as http
from poster.http.deadlines import deadline_for
from poster.work.leases import LEASE

LIFE_AFTER = 30  # seconds that a sender outlives its call's deadline
FIRST_LOOK = 15  # seconds after the deadline of a call that was not answered
ENOUGH = 20.0  # seconds of steps; then others have their turn
LOST = "Another worker has this now, and goes on with it."
State = Outgoing.State
BUSY = "SELECT 1 FROM outbox_outgoing WHERE channel_id = %s AND lane = %s AND state = %s AND id <> %s LIMIT 1"


@dataclass(frozen=True, slots=True)
class Laid:
    """What is laid down and ready to be shown, and who shows it."""

    adapter: Adapter[Any]
    account: Account
    request: Any  # as its kind and its adapter agree
    keeper: Keeper


def ready(out: Outgoing) -> Laid | str:
    """queued → prepared, as far as one taking goes, and asked outside for the last time: it only has to be shown."""
    laid = prepare(out)
    if isinstance(laid, str):
        return laid
    held = undoable(out) or kind_of(out).last_look(out) or pacing.quota_stop(out, laid.adapter, laid.account)
    return _held(out, laid, held) if held else laid


def prepare(out: Outgoing) -> Laid | str:
    """queued → prepared, and the row is kept; of what is prepared already, whether it still is. It may be repeated.

    Why not, when it is not ready. That it is ready is written down by whoever goes on (`Keeper.owed`).
    """
    if out.deadly:
        return fail(out, why.StoppedOurWorker(), Actor.OPERATOR)
    if _is_too_old(out):
        return lay_down_anew(out, why.TooOldByNow())
    goes_on = out.state == State.QUEUED and begun(out)
    if held := (out.state == State.PREPARED and undoable(out)) or (going_on(out) if goes_on else gate(out)):
        return stop(out, held)
    with http.listening() as heard:
        try:
            return _lay_down(out, heard)
        except BadPicture as error:
            if error.may_pass:
                return not_out(out, Unavailable(error.reason), heard)
            return fail(out, error.reason, Actor.YOU)
        except OutsideError as error:
            return _not_ready(out, error, heard)


def _lay_down(out: Outgoing, heard: list[http.Exchange]) -> Laid | str:
    """Step after step, until it is ready, they want us to wait, or others have their turn."""
    kind, began = kind_of(out), clock.steady()
    adapter = kind.adapter(out)
    account, request = account_of(out), kind.request(out, with_parts=True)
    keeper = Keeper(out)
    while True:
        so_far = adapter.prepare(account, request, keeper.so_far)
        waits = not so_far.ready and (so_far.wait > 0 or clock.steady() - began > ENOUGH)
        if not keeper.keep(so_far, heard, **(_letting_go(out, so_far) if waits else {})):
            return LOST
        if so_far.ready:
            return Laid(adapter, account, request, keeper)
        if waits:
            return f"{out.channel_name} still works on it."
        heard.clear()


def _letting_go(out: Outgoing, so_far: Staged) -> dict[str, Any]:
    """Columns with which the lease is given back, until they may be done with it."""
    after = dt.timedelta(seconds=min(so_far.wait * (1 + out.tries), 60))
    tries = out.tries + bool(so_far.wait)
    return {"leased_until": None, "next_at": clock.now() + after, "deaths": 0, "tries": tries}


def publish(out: Outgoing, laid: Laid) -> str:
    """prepared → published: write down that we will, then make the one call."""
    if laid.keeper.so_far.commit_bytes and (changed := _changed(out, laid)):
        return changed
    try:
        receipt_journal.make_room(out.pk)
    except OSError:
        return _held(out, laid, Stop(why.NoRoomForAnswers(), after=60, actor=Actor.OPERATOR, told=True))
    call = deadline_for(laid.keeper.so_far.commit_bytes)
    with dead_mans_switch(call + LIFE_AFTER):
        try:
            _mark(out, laid.keeper, dt.timedelta(seconds=call))
        except _Overtaken:
            return LOST  # the room for an answer is theirs now, and may hold one
        except _Stopped as stopped:
            receipt_journal.done(out.pk)
            return _held(out, laid, stopped.held)
        return _commit(out, laid)


def _changed(out: Outgoing, laid: Laid) -> str:
    """The call itself carries bytes: why it is not made, where these are not those of which they have the rest."""
    if not laid.keeper.pay():
        return LOST
    with http.listening() as heard:
        try:
            kind_of(out).request(out, with_parts=True)
        except OutsideError as error:
            return _not_ready(out, error, heard)
    if out.state == State.PREPARED:
        return ""
    out.let_go()  # making it anew brought other bytes than they have
    return f"{out.channel_name} gets all of it anew."


def keep(out: Outgoing, laid: Laid) -> bool:
    """It is ready, and shown by whoever takes it next. False when somebody else has it by now."""
    return laid.keeper.pay() and out.give_back()


def _held(out: Outgoing, laid: Laid, held: Stop) -> str:
    """It is ready, and may not be shown now."""
    return stop(out, held) if laid.keeper.pay() else LOST


def _is_too_old(out: Outgoing) -> bool:
    return out.staged_until is not None and out.staged_until < clock.now()


def _not_ready(out: Outgoing, error: OutsideError, heard: list[http.Exchange]) -> str:
    """What follows from what they said before we asked for it to be shown."""
    match error:
        case Spoilt():
            return anew(out, error)
        case Unanswered():
            return _doubt(out, error, heard)
        case Suspended() if begun(out):
            not_out(out, error, heard)
            return lay_down_anew(out, error.reason)
        case _:
            return not_out(out, error, heard)


class _Overtaken(Exception):
    """Somebody else has the row, or a person has moved it on: nothing of ours is written into it any more."""


class _Stopped(Exception):
    """The gate has closed since it was asked, or its channel is busy: the mark is taken back before anybody sees it."""

    def __init__(self, held: Stop) -> None:
        super().__init__(held)
        self.held = held


def _mark(out: Outgoing, keeper: Keeper, call: dt.timedelta) -> None:
    """The intent, durable before the call. From here no road leads back except proof. One at a time per channel.

    The gate is asked behind the swap. By then the constraint has made us wait for whoever marks for this channel, so
    what they marked is seen (the same picture, their pause), and whoever comes later waits for us. Raises _Stopped, and
    _Overtaken where the row is not ours.
    """
    try:
        with transaction.atomic():
            _mark_and_ask(out, keeper, call)
    except (IntegrityError, _Stopped) as error:  # outgoing_one_in_flight
        fence = out.fence
        out.refresh_from_db()
        out.fence = fence  # never that of somebody who has taken it since: with it, we would write over their work
        raise error if isinstance(error, _Stopped) else _Stopped(_busy(out)) from None
    keeper.paid()


def _mark_and_ask(out: Outgoing, keeper: Keeper, call: dt.timedelta) -> None:
    now, owed = clock.now(), keeper.owed
    kept = out.swap(
        **{
            **owed,
            "state": State.PUBLISHING,
            "commits": out.commits + 1,
            "committed_at": now,
            "deadline_at": now + call,
            "settle_from": None,
            "leased_until": now + min(2 * call, LEASE),
            "tries": 0,
        }
    )
    if not kept:
        raise _Overtaken
    if held := undoable(out) or gate(out, anew=True):
        raise _Stopped(held)
    commit = ledger.move(
        out,
        Kind.COMMIT,
        steps.AskedToShow(channel=out.channel_name),
        changed=MARKED,
        commit_number=ledger.commits_of(out) + 1,
        refs=out.refs,
        content_hash=out.content_hash,
        deadline=now + call,
    )
    ledger.write_all(out, [*(keeper.lines() if owed else []), commit])


def is_busy(out: Outgoing) -> bool:
    """Whether the mark would be refused now (outgoing_one_in_flight)."""
    return bool(asking.rows(BUSY, out.channel_id, out.lane, State.PUBLISHING.value, out.pk))


def _busy(out: Outgoing) -> Stop:
    return Stop(why.ChannelBusy(channel=out.channel_name), after=3)


def _commit(out: Outgoing, laid: Laid) -> str:
    with http.listening() as heard:
        try:
            answer = laid.adapter.publish(laid.account, laid.request, staged(out))
        except Unanswered as error:
            receipt_journal.done(out.pk)
            return _doubt(out, error, heard)
        except OutsideError as error:
            receipt_journal.done(out.pk)
            return no_effect(out, error, heard)
    if isinstance(answer, Accepted):
        receipt_journal.done(out.pk)
        said = _accepted(out, answer, heard)
    else:
        settle(out, answer, steps.TheySayItIsOut(), at_first_hand=True, **ledger.answer(heard))
        said = f"Published on {out.channel_name}."
    pacing.count_one(out)  # after what they said is written down: nothing comes before that
    pacing.slow_down(out, heard)
    return said


def _accepted(out: Outgoing, answer: Accepted, heard: list[http.Exchange]) -> str:
    """publishing → accepted: they have all of it, and show it when they have finished with it (see following)."""
    until = clock.now() + answer.horizon
    values: dict[str, Any] = {"operation": answer.operation, "follow_until": until, "tries": 0}
    values |= Outgoing.reason.columns(None)
    with transaction.atomic():
        if out.let_go(after=answer.wait, state=State.ACCEPTED, **values):
            fact = steps.Accepted()
            ledger.moved(out, Kind.OUTCOME, fact, changed=STAGED, refs=out.refs, **ledger.answer(heard))
    return f"{out.channel_name} has accepted it."


def doubt_the_dead(out: Outgoing) -> str:
    """publishing → checking: found without a worker. It is never sent again from here; we ask the platform."""
    with transaction.atomic():
        longest = call_of(out) + dt.timedelta(seconds=FIRST_LOOK)
        due = (out.committed_at or clock.now()) + longest
        after = min(max(due - clock.now(), dt.timedelta(0)), longest).total_seconds()
        if out.let_go(after=after, state=State.CHECKING):
            ledger.moved(out, Kind.DECISION, steps.WorkerStopped())
    return f"Checking {out.channel_name}."


def _doubt(out: Outgoing, error: Unanswered, heard: list[http.Exchange]) -> str:
    """It may be out. What they said of the account holds all the same for whatever would be sent next."""
    if isinstance(error.meant, Suspended) and out.channel:
        suspensions.suspend(out.channel, error.meant, out.pk)
    heard_back = bool(heard and heard[-1].status)
    after = FIRST_LOOK if heard_back else call_of(out).total_seconds() + FIRST_LOOK
    with transaction.atomic():
        if out.let_go(after=after, state=State.CHECKING, tries=0, **Outgoing.reason.columns(error.reason)):
            ledger.moved(out, Kind.OUTCOME, error.reason, **ledger.answer(heard, error))
    return error.sentence
