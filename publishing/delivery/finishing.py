"""After the end of a delivery: its link, and bytes that nobody needs any more. It stays published, come what may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from media import spool
from poster import clock
from poster.errors import OutsideError
from poster.work import mishaps
from poster.work.fairness import in_turn
from poster.work.time_budget import Over, never
from publishing.delivery import ledger
from publishing.delivery.checking import marked_at, ours, rests_until
from publishing.delivery.delivering import platform_of
from publishing.delivery.ledger import Kind
from publishing.delivery.preflight import LONGEST_WAIT
from publishing.delivery.publish_request import draft_of
from publishing.models import Delivery, Post
from publishing.platforms import Receipt
from publishing.public_pictures import addresses
from publishing.querysets import DeliveryQuerySet
from publishing.reasons import Reason
from watches.models import Asset

HOUR = 3600.0
LOOK_AGAIN = (15.0, 30.0, 60.0, 120.0, 300.0, 900.0, HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR)  # seconds, by looks so far
ASKED_FOR = dt.timedelta(days=30)  # what they do not list by then, they never will
TAKEN_AWAY = "The file was taken away."
IS_BACK = "Its file was taken away, and is back. Look at it, then approve."
STILL_ASKED = dt.timedelta(days=7)  # after a file was taken away: by then nothing of it is on its way any more
UNDECIDED = dt.timedelta(hours=24)  # a draft that waits longer loses its bytes; they are fetched again when needed
MOST_STUCK = 500  # parameters of one question
_stuck: dict[UUID, float] = {}  # pictures whose files could not be deleted, and when that was tried


def links_due() -> list[Delivery]:
    """Of those without a link, some whose time has come."""
    return in_turn(without_link().free().select_related("channel__credential"), 20)


def without_link() -> DeliveryQuerySet:
    """Published and without a link yet; what its container alone has proven has no id either."""
    since = clock.now() - ASKED_FOR
    rows = Delivery.objects.filter(state=Delivery.State.PUBLISHED, permalink="", published_at__gt=since)
    return rows.exclude(channel=None).exclude(remote_id="", committed_at=None)


def link(delivery: Delivery) -> bool:
    """Ask which post it is, and where people see it; whether they said so. Whatever they say, it stays published."""
    if until := rests_until(delivery):
        delivery.let_go(after=min((until - clock.now()).total_seconds() + 1, LONGEST_WAIT))
        return False
    try:
        found = _receipt(delivery)
    except OutsideError:
        found = Receipt(delivery.remote_id)
    try:
        _keep(delivery, found)
    except IntegrityError:  # that post is another delivery's
        delivery.let_go(after=_look_again(delivery), looks=delivery.looks + 1)
        return False
    return bool(found.permalink)


def _receipt(delivery: Delivery) -> Receipt:
    """All that they tell of it now."""
    platform, draft = platform_of(delivery), draft_of(delivery)
    if delivery.remote_id:
        return Receipt(delivery.remote_id, platform.permalink(draft, delivery.remote_id))
    pieces = ours(delivery, list(platform.find(draft, delivery.handle, marked_at(delivery))))
    named = [piece.receipt for piece in pieces if piece.receipt is not None and piece.receipt.remote_id]
    return named[0] if named else Receipt("")


def _keep(delivery: Delivery, found: Receipt) -> None:
    learnt = (found.remote_id, found.permalink) != (delivery.remote_id, "")
    remote_id, permalink = found.remote_id, found.permalink
    after = 0 if remote_id and not permalink and learnt else _look_again(delivery)
    with transaction.atomic():
        kept = delivery.let_go(after=after, remote_id=remote_id, permalink=permalink, looks=delivery.looks + 1)
        if kept and learnt:
            ledger.moved(delivery, Kind.READ, "They told which post it is, and where people see it.")


def _look_again(delivery: Delivery) -> float:
    """Soon at first: lists lag by seconds. Then each day."""
    return LOOK_AGAIN[min(delivery.looks, len(LOOK_AGAIN) - 1)]


def drop_finished(most: int = 200, *, over: Over = never) -> int:
    """Drop the bytes of pictures that are through, and the large ones of drafts that wait long. Returns how many."""
    dropped = 0
    for asset in _deletable(_through())[:most]:
        if over():  # a bucket that does not answer takes a minute for each
            break
        dropped += _dropped(asset, _drop_whole)
    return dropped + _drop_undecided(most) + _drop_taken_away(most)


def _through() -> QuerySet[Asset]:
    """In the spool, in a post, and no post of it still needs it.

    What was uploaded cannot be fetched again, so it stays while a person may still say "post it now".
    """
    mine = Post.objects.filter(assets=OuterRef("pk"))
    deliveries = Delivery.objects.filter(post__assets=OuterRef("pk"))
    decided = Asset.objects.filter(Exists(mine), in_spool=True).exclude(Exists(mine.filter(state=Post.State.DRAFT)))
    through = decided.exclude(Exists(deliveries.exclude(state__in=Delivery.State.ended())))
    return through.exclude(Exists(deliveries.filter(state__in=Delivery.State.revivable())), watch=None)


def _deletable(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Without those whose files could not be deleted lately."""
    for key, since in list(_stuck.items()):
        if clock.steady() - since > HOUR:
            _stuck.pop(key, None)
    return rows.exclude(pk__in=list(_stuck)[:MOST_STUCK])


def _drop_whole(asset: UUID) -> None:
    for delivery in Delivery.objects.filter(post__assets=asset):
        spool.drop_renditions(delivery.pk)
        try:
            addresses.withdraw(delivery)
        except OutsideError:
            continue  # the bucket's own expiry rule is the safety net; docs/operating.md asks for one
    spool.drop_all(asset)


def _drop_undecided(most: int) -> int:
    old = Asset.objects.filter(in_spool=True, created_at__lt=clock.now() - UNDECIDED, caption__isnull=False)
    waiting = list(_deletable(old.filter(posts__state=Post.State.DRAFT))[:most])
    return sum(_dropped(asset, spool.drop_bytes) for asset in waiting)


def _drop_taken_away(most: int) -> int:
    """Files that were taken away, or whose watch was removed, before there was a post of them."""
    gone = Q(state=Asset.State.GONE) | Q(gone_at__isnull=False)
    waiting = list(_deletable(Asset.objects.filter(gone, in_spool=True, posts=None))[:most])
    return sum(_dropped(asset, spool.drop_all) for asset in waiting)


def _dropped(asset: Asset, drop: Callable[[UUID], None]) -> bool:
    """A file that cannot be deleted is told, and tried again after a while; the others go on."""
    try:
        drop(asset.pk)
    except OSError as error:
        mishaps.tell(error, "The bytes of a picture cannot be deleted")
        _stuck[asset.pk] = clock.steady()
        return False
    Asset.objects.filter(pk=asset.pk).update(in_spool=False)
    return True


def stop_what_was_taken_away() -> int:
    """Drafts whose file was taken away are discarded. (Deliveries ask for themselves, at their gate.)"""
    drafts = Post.objects.filter(state=Post.State.DRAFT, assets__gone_at__isnull=False)
    return Post.objects.filter(pk__in=list(drafts.values_list("pk", flat=True))).update(
        state=Post.State.DISCARDED, decided_at=clock.now(), hold=TAKEN_AWAY, reason=Reason.TAKEN_AWAY
    )


def end_what_was_taken_away() -> int:
    """Pictures that were ready, and of which nothing is out or on its way: they end as gone."""
    lately = clock.now() - STILL_ASKED
    taken = Asset.objects.filter(state=Asset.State.READY, gone_at__isnull=False, gone_at__gt=lately)
    drafts = Post.objects.filter(assets=OuterRef("pk"), state=Post.State.DRAFT)
    used = Delivery.objects.filter(post__assets=OuterRef("pk")).exclude(state=Delivery.State.CANCELLED)
    ended = taken.exclude(Exists(drafts)).exclude(Exists(used))
    return Asset.objects.filter(pk__in=list(ended.values_list("pk", flat=True)), state=Asset.State.READY).update(
        state=Asset.State.GONE, reason=TAKEN_AWAY
    )


def take_up_what_is_back() -> int:
    """Drafts that were discarded because their file was taken away wait again when it is back."""
    stopped = Post.objects.filter(state=Post.State.DISCARDED, reason=Reason.TAKEN_AWAY, decided_by=None)
    stopped = stopped.exclude(assets__gone_at__isnull=False)
    return Post.objects.filter(pk__in=list(stopped.values_list("pk", flat=True))).update(
        state=Post.State.DRAFT, decided_at=None, hold=IS_BACK, reason=""
    )
