"""What a person wants a post to be made of: their words, their own pictures in an order, the places it is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Channel, User
from media import images
from media.models import Asset
from poster.permissions import NotPossible
from poster.reasons import Reason
from publishing.models import Post, PostAsset, Variant
from publishing.posts import tagging
from publishing.posts.options import Chosen
from publishing.posts.places import Place, offered, problem_of
from publishing.reasons.posts import CropRefused, NothingInIt, PictureNotHere, PictureNotInPost, PlaceNotThere


@dataclass(frozen=True, slots=True)
class Wanted:
    """One place that it is to be for."""

    channel: UUID
    placement: str
    text: str = ""  # empty: as the post
    due_at: dt.datetime | None = None  # None: as the post
    options: Chosen = field(default_factory=dict)
    pictures: Sequence[UUID] = ()  # of the post, in the order of this place; empty: as the post


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All of it. `pictures` in the order in which they are shown; `alt_texts` of those that have one, by picture.

    `crops`: of those of which a part is shown, and None for those of which all is, by picture. What is not named stays
    as it is.
    """

    text: str
    pictures: Sequence[UUID] = ()
    places: Sequence[Wanted] = ()
    alt_texts: Mapping[UUID, str] = field(default_factory=dict)
    crops: Mapping[UUID, Sequence[int] | None] = field(default_factory=dict)
    fit: str = "pad"
    made_with_ai: bool = False
    adult: bool = False
    tags: Sequence[str] = ()
    due_at: dt.datetime | None = None
    queue: str = Post.Queue.NONE

    @property
    def columns(self) -> dict[str, Any]:
        """Of the post's own row."""
        named = ("fit", "made_with_ai", "adult", "due_at", "queue")
        return {"text": self.text.strip(), **{name: getattr(self, name) for name in named}}


def pictures_of(owner: User, post: Post | None = None) -> QuerySet[Asset]:
    """Their pictures that can be put into a post, the newest first; what is in this one already stays."""
    ready = Asset.objects.filter(owner=owner, kind=Asset.Kind.PICTURE)
    return ready.filter(
        Q(found__gone_at=None) | Q(pk__in=post.items.values("asset")) if post else Q(found__gone_at=None)
    )


def channels_of(owner: User, post: Post | None = None) -> QuerySet[Channel]:
    """Their channels that can be chosen; what this post is for already stays."""
    on = ~Q(state=Channel.State.OFF)
    open_ = on | Q(pk__in=post.variants.values("channel")) if post else on
    return Channel.objects.filter(open_, owner=owner).order_by("platform", "name")


def put(post: Post, content: Content) -> None:
    """Into its rows, in the caller's transaction, behind a write of the post's own row.

    Raises NotPossible for what is not theirs or not there, and for what one of the places does not take.
    """
    if not content.text.strip() and not content.pictures and not post.wants_words:
        raise NotPossible(NothingInIt())
    _put_pictures(post, content)
    _put_places(post, content.places)
    tagging.put(post, content.tags)
    post.refresh_from_db()
    if problem := next(problems(post), None):
        raise NotPossible(problem)


def problems(post: Post) -> Iterator[Reason]:
    """What each place that it is for does not take."""
    rows = post.variants.select_related("channel__credential")
    found = (problem_of(Place.of(row), post) for row in rows)
    return (each for each in found if each)


def _put_pictures(post: Post, content: Content) -> None:
    """Rows of pictures that stay are kept, as what is typed about one is told by its row."""
    assets = _in_order(post, content.pictures)
    kept = {item.asset_id: item for item in post.items.all()}
    post.items.exclude(asset__in=assets).delete()
    for position, asset in enumerate(assets):
        said, item = content.alt_texts.get(asset.pk), kept.get(asset.pk)
        crop = content.crops.get(asset.pk, item.crop if item else None)
        columns: dict[str, Any] = {"position": position, "crop": _possible(asset, crop)}
        if item is None:
            said = _said_elsewhere(asset) if said is None else said
            PostAsset.objects.create(post=post, asset=asset, alt_text=said.strip(), **columns)
            continue
        words = item.alt_text if said is None else said.strip()
        post.items.filter(asset=asset).update(alt_text=words, **columns)


def _possible(asset: Asset, crop: Sequence[int] | None) -> list[int] | None:
    """As it is kept; all of the picture is no crop. Raises NotPossible for what no picture can be cropped to."""
    if crop is None or list(crop) == [0, 0, images.WHOLE, images.WHOLE]:
        return None
    if not images.is_part(asset.width, asset.height, crop):
        raise NotPossible(CropRefused(name=asset.name, pixels=images.MIN_SIDE))
    return list(crop)


def _in_order(post: Post, pictures: Sequence[UUID]) -> list[Asset]:
    found = pictures_of(post.owner, post).in_bulk(pictures)
    if len(found) != len(pictures):  # somebody else's, gone, or twice the same
        raise NotPossible(PictureNotHere())
    return [found[key] for key in pictures]


def _said_elsewhere(asset: Asset) -> str:
    """What another post says that it shows, the latest first."""
    said = PostAsset.objects.filter(asset=asset).exclude(alt_text="").order_by("-created_at")
    return said.values_list("alt_text", flat=True).first() or ""


def _own_pictures(post: Post, place: Wanted) -> list[str]:
    """Nothing where they are those of the post in its order."""
    whole = list(post.items.values_list("asset", flat=True))
    if not set(place.pictures) <= set(whole) or len(set(place.pictures)) != len(place.pictures):
        raise NotPossible(PictureNotInPost())
    return [] if list(place.pictures) == whole else [str(key) for key in place.pictures]


def _put_places(post: Post, places: Sequence[Wanted]) -> None:
    channels = channels_of(post.owner, post).in_bulk([place.channel for place in places])
    known, chosen = offered(), {(place.channel, place.placement): place for place in places}
    if not all(key in channels and where in known[channels[key].platform] for key, where in chosen):
        raise NotPossible(PlaceNotThere())
    for row in post.variants.all():
        if (row.channel_id, row.placement) not in chosen:
            row.delete()
    for (channel, placement), place in chosen.items():
        own: dict[str, Any] = {"text": place.text.strip(), "due_at": place.due_at, "options": dict(place.options)}
        own["pictures"] = _own_pictures(post, place)
        Variant.objects.update_or_create(post=post, channel_id=channel, placement=placement, defaults=own)
