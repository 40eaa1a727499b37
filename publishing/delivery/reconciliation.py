"""After an older copy of the database was put back: what is out that it does not know of?

Each channel is asked once for everything that it shows since the copy, as soon as its lists have had time to follow. A
post that no row of ours knows is taken for ours by its words, or by what its picture looks like. When every such post
is explained, nothing else can be out, and what waits may go on. When one is not, everything that it could be waits for
its owner with the reason: never twice, even where it cannot be known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from accounts.models import Channel
from outbox import ledger
from outbox.ledger import Kind
from outbox.receipts import settle
from outbox.verdicts import settled_at
from poster import clock
from poster.errors import Actor, OutsideError, Unavailable
from poster.ledger import copy_detection
from poster.models import Restore
from poster.reasons import Because, Reason
from poster.work.time_budget import Over, never
from publishing.delivery.matching import Looked, explain, posted
from publishing.models import Delivery, Post, Reconciled
from publishing.platforms import Posted, Receipt
from publishing.posts.text_limits import limits_of
from publishing.reasons.gate import CannotAsk, StrangersThere
from publishing.reasons.steps import NotThereSinceCopy, PostedSinceCopy
from publishing.reasons.waiting import DraftIsOut, DraftMayBeOut
from watches.models import FoundFile
from watches.reasons.files import OutSinceCopy

State = Delivery.State
# How a line is written, about what, and the line.
Told = tuple[Callable[[Delivery, Kind, Reason], object], Delivery, Reason]
MARGIN = dt.timedelta(minutes=15)  # so much before the copy is looked at too: what was under way then, and wrong clocks
GIVE_UP = dt.timedelta(hours=1)  # after which a channel that does not answer counts as one that cannot be asked


def reconcile(over: Over = never) -> int:
    """The channels whose time has come. Returns how many were asked."""
    restore = copy_detection.open_one()
    if restore is None:
        return 0
    return sum(not over() and _reconcile(restore, channel) for channel in waiting(restore))


def waiting(restore: Restore) -> QuerySet[Channel]:
    """Channels that have still to be asked."""
    return at_stake().exclude(pk__in=Reconciled.objects.filter(restore=restore).values("channel"))


def at_stake() -> QuerySet[Channel]:
    """Channels to which something could go, or have gone."""
    asked = Q(outgoing__restored_at__isnull=False) | Q(posts__state=Post.State.DRAFT) | Q(watches__isnull=False)
    return Channel.objects.filter(asked).select_related("credential").distinct().order_by("pk")


def asked_from(restore: Restore, channel: Channel) -> dt.datetime:
    """When "it is not there" begins to count."""
    return settled_at(restore.created_at, limits_of(channel.platform).settle)


def _reconcile(restore: Restore, channel: Channel) -> bool:
    due = asked_from(restore, channel)
    if clock.now() < due:
        return False
    looked = Looked()
    try:
        shown = posted(channel, restore.copied_at - MARGIN)
    except Unavailable as error:
        if clock.now() < due + GIVE_UP:
            return False
        looked.problem = error.reason
    except OutsideError as error:
        looked.problem = error.reason
    else:
        explain(looked, channel, shown, restore)
    return _keep(restore, channel, looked)


# -- what follows -----------------------------------------------------------------------------------------------------
def _keep(restore: Restore, channel: Channel, looked: Looked) -> bool:
    for delivery, post in looked.found:
        _settle(delivery, post)
    try:
        with transaction.atomic():
            Reconciled.objects.create(
                restore=restore,
                channel=channel,
                found=len(looked.found),
                strangers=looked.strangers,
                **Reconciled.problem.columns(looked.problem),
            )
            for draft, post in looked.drafts:
                _mark_draft(draft, channel, post)
            for key, post in looked.pictures:
                mark_picture(key, channel.name, post.permalink or post.remote_id)
            if not looked.clear:
                _mark_other_drafts(restore, channel, looked)
            tell(go_on_or_ask(in_doubt(channel), channel, looked))
    except IntegrityError:  # another worker has asked it in the same moment
        return False
    return True


def _settle(delivery: Delivery, post: Posted) -> None:
    if delivery.state == State.PUBLISHED:
        with transaction.atomic():
            ids = {"remote_id": post.remote_id, "permalink": delivery.permalink or post.permalink}
            Delivery.objects.filter(pk=delivery.pk, remote_id="").update(**ids)
            delivery.refresh_from_db()
            ledger.moved(delivery, Kind.DECISION, PostedSinceCopy(channel=delivery.channel_name))
    else:
        receipt = Receipt(post.remote_id, post.permalink)
        settle(delivery, receipt, PostedSinceCopy(channel=delivery.channel_name), kind=Kind.DECISION)


def _mark_draft(draft: Post, channel: Channel, post: Posted) -> None:
    told = Post.hold.columns(DraftIsOut(channel=channel.name, where=post.permalink or post.remote_id))
    Post.objects.filter(pk=draft.pk, state=Post.State.DRAFT).update(**told)


def _mark_other_drafts(restore: Restore, channel: Channel, looked: Looked) -> None:
    """They may have been approved since, with other words."""
    rows = Post.objects.filter(state=Post.State.DRAFT, channels=channel, created_at__lt=restore.created_at)
    others = rows.exclude(pk__in=[draft.pk for draft, _ in looked.drafts]).values_list("pk", flat=True)
    Post.objects.filter(pk__in=list(others)).update(**Post.hold.columns(DraftMayBeOut(channel=channel.name)))


def mark_picture(key: UUID, name: str, where: str) -> None:
    """It is out, so it is not posted again."""
    rows = FoundFile.objects.filter(pk=key, restored=True, state=FoundFile.State.HELD)
    told = FoundFile.reason.columns(OutSinceCopy(channel=name, where=where))
    rows.update(state=FoundFile.State.DUPLICATE, **told)


def in_doubt(channel: Channel) -> QuerySet[Delivery]:
    """What may be out there without our knowing."""
    return Delivery.objects.filter(channel=channel, restored_at__isnull=False)


def go_on_or_ask(rows: Iterable[Delivery], channel: Channel, looked: Looked) -> list[Told]:
    """What is in doubt for this channel is certainly not out, or waits for its owner.

    Rows only: the lines that tell it are written by `tell`, after all rows of the transaction.
    """
    unsure = {row.pk for row in looked.unsure}
    told: list[Told] = []
    for delivery in rows:
        if looked.clear and delivery.pk not in unsure:
            Delivery.objects.filter(pk=delivery.pk).update(restored_at=None)
            told.append((ledger.write, delivery, NotThereSinceCopy(channel=channel.name)))
        elif _handed_over(delivery, _why(channel, looked)):
            told.append((ledger.moved, delivery, _why(channel, looked)))
    return told


def tell(lines: Iterable[Told]) -> None:
    """Into the ledger, whose end is held until the commit."""
    for write, delivery, fact in lines:
        write(delivery, Kind.DECISION, fact)


def _why(channel: Channel, looked: Looked) -> Reason:
    if looked.problem:
        return CannotAsk(channel=channel.name, cause=Because(looked.problem))
    return StrangersThere(channel=channel.name, posts=len(looked.strangers) or len(looked.unsure))


def _handed_over(delivery: Delivery, reason: Reason) -> bool:
    """To its owner. Whoever holds the row loses it: nothing goes on with it but a person's word."""
    values: dict[str, Any] = {"state": State.NEEDS_YOU, "actor": Actor.YOU, "leased_until": None}
    values |= Delivery.reason.columns(reason)
    rows = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, restored_at__isnull=False)
    if not rows.exclude(state=State.PUBLISHED).update(**values, fence=F("fence") + 1):
        return False
    delivery.refresh_from_db()
    return True
