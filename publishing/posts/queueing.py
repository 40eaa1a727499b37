"""In the queue: at the yes a post takes a slot of each channel, and nobody else has it.

The database keeps a claimed slot (`Delivery.queued`, `Delivery.planned_at`) for one delivery of a channel: of two who
are approved in the same moment, the second is refused it, and takes the next one. What the same post goes to besides in
that channel (its stories) goes along with it: at the same time, and without a slot of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from itertools import dropwhile

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.models import Channel
from poster import clock
from poster.permissions import NotPossible
from publishing.models import Delivery, Post, Slot, Variant
from publishing.posts import slots
from publishing.querysets import DeliveryQuerySet
from publishing.reasons.times import NoSlots, SlotsFull

State = Delivery.State
TRIES = 20  # others may be faster so often
Moved = list[Delivery]  # that were moved to a later slot


def claim(
    channel: Channel, how: str, after: dt.datetime, make: Callable[[dt.datetime], Delivery]
) -> tuple[Delivery, Moved]:
    """What `make` makes of the slot that it is given, in the caller's transaction. Raises NotPossible without one.

    `how`: a `Post.Queue`. With "first", others make room: they are returned with their new times, and nothing is
    written in the ledger about them yet.
    """
    ahead, tries = list(channel.slots.all()), TRIES
    if not ahead:
        raise NotPossible(NoSlots(channel=str(channel)))
    while True:
        try:
            with transaction.atomic():
                moved = _make_room(channel, list(slots.coming(ahead, after))) if how == Post.Queue.FIRST else []
                return make(_free(channel, ahead, how, after)), moved
        except IntegrityError:
            tries -= 1
            if not tries:
                raise


def foreseen(channel: Channel, how: str) -> dt.datetime | None:
    """The slot that a post would take at a yes that is said now; None without one."""
    ahead, now = list(channel.slots.all()), clock.now()
    if not ahead:
        return None
    if how == Post.Queue.FIRST:
        return next(slots.coming(ahead, now), None)
    try:
        return _free(channel, ahead, how, now)
    except NotPossible:
        return None


def claimed(channel: Channel) -> DeliveryQuerySet:
    """What has a slot of this channel."""
    return Delivery.objects.filter(channel=channel, queued=True).exclude(state=State.CANCELLED)


def look_ahead(rows: Collection[Slot]) -> None:
    """When each of these comes next, and whether something has that: one question for all."""
    nexts = {row.pk: next(slots.coming([row], clock.now())) for row in rows}
    held = Delivery.objects.filter(channel__in={row.channel_id for row in rows}, queued=True)
    known = set(
        held.filter(planned_at__in=nexts.values()).exclude(state=State.CANCELLED).values_list("channel", "planned_at")
    )
    for row in rows:
        row.ahead = nexts[row.pk], (row.channel_id, nexts[row.pk]) in known


def _free(channel: Channel, ahead: list[Slot], how: str, after: dt.datetime) -> dt.datetime:
    rows = claimed(channel).filter(planned_at__gt=after).values_list("planned_at", flat=True)
    taken = {moment for moment in rows if moment is not None}
    moments = slots.coming(ahead, after)
    if how == Post.Queue.LAST and taken:
        last = max(taken)
        moments = dropwhile(lambda moment: moment <= last, moments)
    found = next((moment for moment in moments if moment not in taken), None)
    if found is None:
        raise NotPossible(SlotsFull(channel=str(channel)))
    return found


def _make_room(channel: Channel, moments: list[dt.datetime]) -> Moved:
    """The first slot is free afterwards: whoever has it goes to the next one, and so on until one was free.

    What is marked stays; the first slot is then the first one after it.
    """
    held = {each.planned_at: each for each in claimed(channel).filter(planned_at__in=moments)}
    chain: list[tuple[Delivery, dt.datetime]] = []
    holder: Delivery | None = None
    for moment in moments:
        here = held.get(moment)
        if here is not None and not _may_move(here):
            continue
        if holder is not None:
            chain.append((holder, moment))
        holder = here
        if here is None:
            break
    else:
        raise NotPossible(SlotsFull(channel=str(channel)))
    moves = [(each, to) for holder, to in reversed(chain) for each in (holder, *along(holder))]
    return [_later(delivery, to) for delivery, to in moves]  # the last one first: each slot is free by then


def along(holder: Delivery, *, at: dt.datetime | None = None) -> list[Delivery]:
    """What goes with it at its slot, or at that time: its post elsewhere in the channel, without a time of its own."""
    own = Variant.objects.filter(post=holder.post_id, channel=holder.channel_id, due_at__isnull=False)
    mine = Q(post=holder.post_id, channel=holder.channel_id, planned_at=at or holder.planned_at, queued=False)
    rows = Delivery.objects.filter(mine, state__in=State.due(), committed_at=None).exclude(pk=holder.pk)
    return list(rows.exclude(placement__in=own.values("placement")).select_related("post").order_by("pk"))


def _may_move(delivery: Delivery) -> bool:
    return delivery.state in State.due() and delivery.committed_at is None


def _later(delivery: Delivery, to: dt.datetime) -> Delivery:
    """By a swap that also takes it from its worker. Raises IntegrityError where it is another one by now."""
    latest = to + dt.timedelta(hours=delivery.post.latest_hours)
    times = {"planned_at": to, "due_at": to, "next_at": to, "latest_at": latest}
    rows = Delivery.objects.filter(pk=delivery.pk, planned_at=delivery.planned_at, fence=delivery.fence)
    if not rows.update(**times, leased_until=None, fence=F("fence") + 1):
        raise IntegrityError
    delivery.refresh_from_db()
    return delivery
