"""Delivery → receipt. Each state is the last thing known to be true; each step is one call at most.

    queued -prepare-> prepared -mark-> publishing -publish-> published
                                           |
                                           +- no clear answer, or the worker died -> checking (see checking)

The caller holds the lease of the row. What is written after a call is fenced: a worker that slept through its lease
writes nothing, except a receipt, which always wins.
"""

from __future__ import annotations

import datetime as dt

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
from publishing.delivery import ledger, pacing, receipt_journal
from publishing.delivery.ledger import Kind
from publishing.delivery.ledger_statements import HANDLE
from publishing.delivery.preflight import Stop, gate, undoable
from publishing.delivery.publish_request import draft_of
from publishing.delivery.receipts import settle
from publishing.delivery.refused_sends import anew, fail, lay_down_anew, no_effect, not_out, stop
from publishing.delivery.send_deadline import dead_mans_switch
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Draft, HandleGone, Platform, Untold
from publishing.posts.text_limits import limits_of
from publishing.reasons import TAKEN_AWAY, Reason
from watches.models import Asset
from watches.opened_sources import as_found, open_source

DEADLINE = dt.timedelta(seconds=http.DEADLINE)
LIFE_OF_A_SENDER = http.DEADLINE + 30  # from before the mark; a "not there" counts only long after that
FIRST_LOOK = 15  # seconds after the deadline of a call that was not answered
MOST_COMMITS = 3
POLL = 2.0  # seconds between questions whether they have finished working on it, growing with the tries
SURELY_DONE = dt.timedelta(minutes=5)  # so long after it was laid down they have finished working on any picture
DEADLY = "Working on it stopped our worker three times. It certainly did not go out."
NO_ROOM = (
    "Nothing is published: what they answer could not be written down, as the disk of this install is full or cannot "
    "be written to. The operator makes room; it is tried again each minute."
)
State = Delivery.State


def platform_of(delivery: Delivery) -> Platform:
    """The adapter that publishes it."""
    return PLATFORMS[delivery.platform]()


def prepare(delivery: Delivery) -> str:
    """queued → prepared: lay the picture down with the platform. Nothing is public; it may be repeated."""
    if delivery.deadly:
        return fail(delivery, DEADLY, Actor.OPERATOR)
    if held := gate(delivery):
        return stop(delivery, held)
    ledger.write(delivery, Kind.STAGE, f"Uploading the picture to {delivery.channel_name} (not visible yet).")
    with http.listening() as heard:
        try:
            handle = platform_of(delivery).prepare(draft_of(delivery, with_media=True))
        except BadPicture as error:
            if error.may_pass:
                return not_out(delivery, Unavailable(str(error)), heard)
            return fail(delivery, str(error), Actor.YOU)
        except OutsideError as error:
            return not_out(delivery, error, heard)
    with transaction.atomic():
        kept = delivery.let_go(state=State.PREPARED, handle=handle, handle_at=clock.now(), tries=0, error="", actor="")
        if kept:
            ledger.moved(delivery, Kind.OUTCOME, "They have it.", changed=HANDLE, handle=handle, **ledger.answer(heard))
    return f"Prepared for {delivery.channel_name}."


def publish(delivery: Delivery) -> str:
    """prepared → published: wait until they are ready, write down that we will, then make the one call."""
    if delivery.deadly:
        return fail(delivery, DEADLY, Actor.OPERATOR)
    if _is_too_old(delivery):
        return anew(delivery, "What we prepared is too old by now; we prepare it anew.")
    if held := undoable(delivery) or gate(delivery) or _source_stop(delivery):
        return stop(delivery, held)
    platform, draft = platform_of(delivery), None
    with http.listening() as heard:
        try:
            draft = draft_of(delivery)
            if not _is_ready(delivery, platform, draft):
                delivery.let_go(after=min(POLL * (1 + delivery.tries), 60), tries=delivery.tries + 1)
                return f"{delivery.channel_name} still works on it."
            if held := pacing.quota_stop(delivery, platform, draft):
                return stop(delivery, held)
        except OutsideError as error:
            return _not_ready(delivery, error, heard)
    try:
        receipt_journal.make_room(delivery.pk)
    except OSError:
        delivery.let_go(after=60, error=NO_ROOM, actor=Actor.OPERATOR)
        return NO_ROOM
    with dead_mans_switch(LIFE_OF_A_SENDER):
        if not _mark(delivery):
            receipt_journal.done(delivery.pk)
            return f"{delivery.channel_name} is busy with another post."
        return _commit(delivery, platform, draft)


def _is_too_old(delivery: Delivery) -> bool:
    life = dt.timedelta(seconds=limits_of(delivery.platform).handle_life)
    return delivery.handle_at is not None and delivery.handle_at + life < clock.now()


def _not_ready(delivery: Delivery, error: OutsideError, heard: list[http.Exchange]) -> str:
    """What follows from what they said before we asked for it to be shown."""
    match error:
        case HandleGone():
            return anew(delivery, error.sentence)
        case Unanswered():
            return _doubt(delivery, error, heard)
        case Suspended():
            not_out(delivery, error, heard)
            return lay_down_anew(delivery, error)
        case _:
            return not_out(delivery, error, heard)


def _is_ready(delivery: Delivery, platform: Platform, draft: Draft) -> bool:
    """Whoever is refused the answer for as long as anything takes may find out by showing it (postiz 1562)."""
    try:
        return platform.is_ready(draft, delivery.handle)
    except Untold:
        if delivery.handle_at is None or clock.now() < delivery.handle_at + SURELY_DONE:
            raise
        return True


class _Stopped(Exception):
    """The gate has closed since it was asked: the mark is taken back before anybody sees it."""


def _mark(delivery: Delivery) -> bool:
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
                settle_from=None,
                leased_until=now + 2 * DEADLINE,
                tries=0,
            )
            if kept:
                _still_open(delivery)
                ledger.moved(
                    delivery,
                    Kind.COMMIT,
                    f"We ask {delivery.channel_name} to show it now.",
                    changed=("commits", "committed_at"),
                    commit_number=delivery.steps.filter(kind=Kind.COMMIT).count() + 1,
                    handle=delivery.handle,
                    content_hash=delivery.content_hash,
                    deadline=now + DEADLINE,
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


def _commit(delivery: Delivery, platform: Platform, draft: Draft) -> str:
    with http.listening() as heard:
        try:
            receipt = platform.publish(draft, delivery.handle)
        except Unanswered as error:
            receipt_journal.done(delivery.pk)
            return _doubt(delivery, error, heard)
        except OutsideError as error:
            receipt_journal.done(delivery.pk)
            return no_effect(delivery, error, heard)
    settle(delivery, receipt, "They say it is out.", **ledger.answer(heard))
    if delivery.channel:
        suspensions.lift(delivery.channel)
    pacing.count_one(delivery)
    pacing.slow_down(delivery, heard)
    return f"Published on {delivery.channel_name}."


def doubt_the_dead(delivery: Delivery) -> str:
    """publishing → checking: found without a worker. It is never sent again from here; we ask the platform."""
    with transaction.atomic():
        longest = DEADLINE + dt.timedelta(seconds=FIRST_LOOK)
        due = (delivery.committed_at or clock.now()) + longest
        after = min(max(due - clock.now(), dt.timedelta(0)), longest).total_seconds()
        if delivery.let_go(after=after, state=State.CHECKING):
            ledger.moved(
                delivery,
                Kind.DECISION,
                "The worker stopped while it was publishing. It may be out: we ask them.",
            )
    return f"Checking {delivery.channel_name}."


def _doubt(delivery: Delivery, error: Unanswered, heard: list[http.Exchange]) -> str:
    """It may be out. What they said of the account holds all the same for whatever would be sent next."""
    if isinstance(error.meant, Suspended) and delivery.channel:
        suspensions.suspend(delivery.channel, error.meant, delivery.pk)
    after = FIRST_LOOK if heard and heard[-1].status else http.DEADLINE + FIRST_LOOK
    with transaction.atomic():
        if delivery.let_go(after=after, state=State.CHECKING, error=error.sentence, tries=0):
            ledger.moved(delivery, Kind.OUTCOME, error.sentence, **ledger.answer(heard, error))
    return error.sentence


def _source_stop(delivery: Delivery) -> Stop | None:
    """Taking the file away is the owner's emergency stop: asked of the source itself, right before it goes out."""
    for asset in Asset.objects.filter(posts=delivery.post_id, watch__isnull=False):
        assert asset.watch is not None  # noqa: S101 - asked for
        try:
            stream = asset.watch.stream
            there = open_source(stream).still_there(as_found(asset), stream.cursor)
        except OutsideError:
            continue  # not being able to ask is no reason to hold back what was ordered
        if not there:
            return Stop(TAKEN_AWAY, State.CANCELLED, reason=Reason.TAKEN_AWAY)
    return None
