"""When it goes out, moved after the yes. The time is no content: revision and content stay what somebody approved.

Each move compares the time of before, so of two people one wins, and it takes the row from its worker, so of a move and
the mark one wins. What is marked cannot be moved.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from outbox import ledger
from outbox.ledger import Kind
from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from publishing.models import Delivery, Post, Variant
from publishing.posts import queueing
from publishing.reasons.steps import KeptSlot, MovedTime
from publishing.reasons.times import TimeChanged, TooFarAway, TooLateToMove

State = Delivery.State
FARTHEST = dt.timedelta(days=366)
MOVABLE = Q(state__in=State.due(), committed_at=None, restored_at=None)  # of a delivery, as `may_be_moved`


def may_be_moved(delivery: Delivery) -> bool:
    """Whether nobody was asked to show it, and a worker is to ask."""
    return delivery.state in State.due() and delivery.committed_at is None and delivery.restored_at is None


def may_post_be_moved(post: Post) -> bool:
    """Whether something of it can be, of what goes at the post's own time."""
    return post.state == Post.State.APPROVED and any(may_be_moved(each) for each in as_the_post(post))


def move(delivery: Delivery, *, to: dt.datetime, was: dt.datetime, by: Caller) -> None:
    """One of them, which has a time of its own from now on. `was`: the due time that they saw.

    Raises NotPossible when it has another by now, or is marked.
    """
    require_owner(delivery, by, Scope.PUBLISH)
    to = _allowed(to)
    place = Q(channel=delivery.channel_id, placement=delivery.placement)
    with transaction.atomic():
        slot = Delivery.objects.filter(pk=delivery.pk, queued=True).values_list("planned_at", flat=True).first()
        if not _swap(delivery, to, due_at=was):
            raise NotPossible(TimeChanged())
        Variant.objects.filter(place, post=delivery.post_id).update(due_at=to)
        heir = _heir(delivery, slot) if slot else None
        _note(delivery, by, to)
        if heir:
            ledger.moved(heir, Kind.HUMAN, KeptSlot(by=str(by)), changed=("queued",))


def move_post(post: Post, *, to: dt.datetime, was: dt.datetime | None, by: Caller) -> list[Delivery]:
    """All that goes at the post's own time, and is not marked. Returns those. `was`: the post's time that they saw.

    Raises NotPossible when it has another by now, or nothing is left to move.
    """
    require_owner(post, by, Scope.PUBLISH)
    to = _allowed(to)
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, state=Post.State.APPROVED, due_at=was).update(due_at=to, queue=""):
            raise NotPossible(TimeChanged())
        moved = [each for each in as_the_post(post) if _swap(each, to)]
        if not moved:
            raise NotPossible(TooLateToMove())
        for delivery in moved:  # rows first, lines last
            _note(delivery, by, to)
    post.refresh_from_db()
    return moved


def plan(post: Post, *, to: dt.datetime | None, was: dt.datetime | None, by: Caller, queue: str = "") -> None:
    """The time of a draft, which is what somebody says yes to: a new revision. `was`: the time that they saw.

    `to`: None for as soon as it is approved, or for a slot of the `queue` (a `Post.Queue`). Raises NotPossible when
    it has another by now, or is no draft any more.
    """
    require_owner(post, by, Scope.DRAFT)
    to = _allowed(to) if to else None
    seen = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT, due_at=was)
    if not seen.update(due_at=to, queue="" if to else queue, revision=F("revision") + 1):
        raise NotPossible(TimeChanged())
    post.refresh_from_db()


def _allowed(to: dt.datetime) -> dt.datetime:
    now = clock.now()
    if to > now + FARTHEST:
        raise NotPossible(TooFarAway())
    return max(to, now)


def as_the_post(post: Post) -> list[Delivery]:
    """What goes at the post's own time, and was not asked for yet."""
    own = set(post.variants.filter(due_at__isnull=False).values_list("channel", "placement"))
    rows = Delivery.objects.filter(post=post.pk, state__in=State.due(), committed_at=None).order_by("pk")
    return [each for each in rows if (each.channel_id, each.placement) not in own]


def _swap(delivery: Delivery, to: dt.datetime, **seen: Any) -> bool:  # noqa: ANN401
    """Not before the minute in which it can be undone is over."""
    due_at = max(to, delivery.undo_until) if delivery.undo_until else to
    rows = Delivery.objects.filter(pk=delivery.pk, undo_until=delivery.undo_until, **seen)
    latest = due_at + dt.timedelta(hours=delivery.post.latest_hours)
    times = {"planned_at": to, "queued": False, "due_at": due_at, "next_at": due_at, "latest_at": latest}
    return bool(rows.filter(MOVABLE).update(**times, leased_until=None, fence=F("fence") + 1))


def _heir(delivery: Delivery, slot: dt.datetime) -> Delivery | None:
    """Who has its slot from now on: the first of what went along with it, if something did."""
    for other in queueing.along(delivery, at=slot):
        if Delivery.objects.filter(pk=other.pk, planned_at=slot, queued=False).update(queued=True):
            other.refresh_from_db()
            return other
    return None


def _note(delivery: Delivery, by: Caller, to: dt.datetime) -> None:
    delivery.refresh_from_db()
    ledger.moved(delivery, Kind.HUMAN, MovedTime(by=str(by), to=to), changed=("due_at", "planned_at", "queued"))
