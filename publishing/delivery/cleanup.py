"""Bytes of pictures that nobody needs any more: dropped, and told when that cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from media import blobs
from media.models import UPLOADED, Asset, Blob
from poster import clock
from poster.errors import OutsideError, Unavailable
from poster.work import mishaps
from poster.work.time_budget import Over, never
from publishing.models import Delivery, Post, Series
from publishing.public_pictures import addresses
from watches.models import FoundFile

HOUR = 3600.0
UNDECIDED = dt.timedelta(hours=24)  # a draft that waits longer loses its bytes; they are fetched again when needed
LARGE = (Blob.Purpose.ORIGINAL, Blob.Purpose.FOR_MODEL)
MADE = (Blob.Purpose.RENDITION,)  # again, from what stays in the library
SMALL_COPY = Q(purpose=Blob.Purpose.THUMBNAIL, owner__keep_small_copies=True)  # of a found picture: its owner wants it
MOST_STUCK = 500  # parameters of one question
_stuck: dict[UUID, float] = {}  # pictures whose files could not be deleted, and when that was tried


def drop_finished(most: int = 200, *, over: Over = never) -> int:
    """Drop the bytes of pictures that are through, and the large ones of drafts that wait long. Returns how many."""
    dropped = 0
    for asset in _deletable(_through())[:most]:
        if over():  # a bucket that does not answer takes a minute for each
            break
        dropped += _dropped(asset, _drop_needless)
    return dropped + _drop_undecided(most) + _drop_taken_away(most)


def _through() -> QuerySet[Asset]:
    """Held, and no post of it still needs it. Of what was uploaded: what was made of it to go out."""
    needless = Blob.objects.exclude(SMALL_COPY).order_by().values("asset")
    found = Asset.objects.filter(pk__in=needless).exclude(origin=UPLOADED)
    return _needed_no_more(found | Asset.objects.held(*MADE).filter(origin=UPLOADED))


def _needed_no_more(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """In a post, and every post of it is through.

    What nobody can fetch again stays while a person may still say "post it now".
    """
    mine = Post.objects.filter(assets=OuterRef("pk"))
    deliveries = Delivery.objects.filter(post__assets=OuterRef("pk"))
    decided = rows.filter(Exists(mine)).exclude(Exists(mine.filter(state=Post.State.DRAFT)))
    through = decided.exclude(Exists(deliveries.exclude(state__in=Delivery.State.ended())))
    through = through.exclude(
        Exists(deliveries.filter(state__in=Delivery.State.revivable())), found__watch__isnull=True
    )
    return through.exclude(_repeated())


def _repeated() -> Q:
    """What nobody can bring again, and a series will show once more."""
    series = Series.objects.filter(post__assets=OuterRef("pk")).exclude(state=Series.State.ENDED)
    return Q(Exists(series), found__watch__isnull=True)


def _deletable(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Without those whose files could not be deleted lately."""
    for key, since in list(_stuck.items()):
        if clock.steady() - since > HOUR:
            _stuck.pop(key, None)
    return rows.exclude(pk__in=list(_stuck)[:MOST_STUCK])


def is_through(asset: Asset) -> bool:
    """Whether what is here of a found picture is its small copy, kept at its owner's wish (`media.thumbnails`)."""
    rows = Asset.objects.filter(pk=asset.pk, owner__keep_small_copies=True).exclude(origin=UPLOADED)
    return _needed_no_more(rows).exists()


def drop_small_copies() -> int:
    """Those of people who want none any more: of the pictures that are through. Returns how many."""
    unwanted = Blob.objects.filter(purpose=Blob.Purpose.THUMBNAIL, owner__keep_small_copies=False)
    rows = Asset.objects.filter(pk__in=unwanted.order_by().values("asset")).exclude(origin=UPLOADED)
    return sum(_dropped(asset, _drop_needless) for asset in _deletable(_needed_no_more(rows)))


def _drop_needless(asset: UUID) -> None:
    """Of what was found all, but for the small copy where its owner wants it; of what was uploaded what was made."""
    _withdraw(asset)
    held = Blob.objects.filter(asset=asset).exclude(SMALL_COPY)
    blobs.drop(held.filter(Q(purpose__in=MADE) | ~Q(asset__origin=UPLOADED)))


def _withdraw(asset: UUID) -> None:
    for delivery in Delivery.objects.filter(post__assets=asset):
        try:
            addresses.withdraw(delivery)
        except OutsideError:
            continue  # the bucket's own expiry rule is the safety net; docs/operating.md asks for one


def _drop_whole(asset: UUID) -> None:
    _withdraw(asset)
    blobs.drop(Blob.objects.filter(asset=asset).filter(Q(purpose__in=MADE) | ~Q(asset__origin=UPLOADED)))


def _drop_large(asset: UUID) -> None:
    """Also what was made of it for a preview, unless another post is on its way with it."""
    under_way = Delivery.objects.filter(post__assets=asset).exclude(state__in=Delivery.State.ended()).exists()
    purposes = LARGE if under_way else (*LARGE, *MADE)
    blobs.drop(Blob.objects.filter(asset=asset, purpose__in=purposes))


def _drop_undecided(most: int) -> int:
    """The thumbnail stays while somebody may still have to decide."""
    old = Asset.objects.held(*LARGE).filter(created_at__lt=clock.now() - UNDECIDED).exclude(origin=UPLOADED)
    drafts = Post.objects.waiting().filter(assets=OuterRef("pk"))
    waiting = list(_deletable(old.filter(Exists(drafts)).exclude(_repeated()))[:most])
    return sum(_dropped(asset, _drop_large) for asset in waiting)


def _drop_taken_away(most: int) -> int:
    """Files that were taken away, or whose watch was removed, before there was a post of them."""
    gone = Q(found__state=FoundFile.State.GONE) | Q(found__gone_at__isnull=False)
    waiting = list(_deletable(Asset.objects.held().filter(gone, posts=None))[:most])
    return sum(_dropped(asset, _drop_whole) for asset in waiting)


def _dropped(asset: Asset, drop: Callable[[UUID], None]) -> bool:
    """A file that cannot be deleted is told, and tried again after a while; the others go on."""
    try:
        drop(asset.pk)
    except Unavailable as error:
        mishaps.tell(error, "The bytes of a picture cannot be deleted")
        _stuck[asset.pk] = clock.steady()
        return False
    return True
