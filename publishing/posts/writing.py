"""A post that a person writes: their words, their own pictures in an order, the places it is for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Channel, User
from media.models import Asset
from poster.permissions import Caller, NotPossible, Scope, require_self
from publishing.models import Post, PostAsset, Variant
from publishing.posts.places import Place, offered, problem_of
from publishing.reasons import posts as why

Chosen = tuple[UUID, str]  # a channel, and the place in it


def pictures_of(owner: User) -> QuerySet[Asset]:
    """Their pictures that can be put into a post, the newest first."""
    return Asset.objects.filter(owner=owner, kind=Asset.Kind.PICTURE).exclude(found__gone_at__isnull=False)


def channels_of(owner: User) -> QuerySet[Channel]:
    """Their channels that can be chosen."""
    return Channel.objects.filter(owner=owner).exclude(state=Channel.State.OFF).order_by("platform", "name")


def write(
    owner: User, *, by: Caller, text: str, pictures: Sequence[UUID], places: Collection[Chosen], fit: str = "pad"
) -> Post:
    """A draft of these. Raises NotPossible with what is wrong, also with what one of the places does not take.

    `pictures`: in the order in which they are shown.
    """
    require_self(owner, by, Scope.DRAFT)
    text = text.strip()
    if not text and not pictures:
        raise NotPossible(why.NothingInIt())
    assets = _in_order(owner, pictures)
    chosen = _places(owner, places)
    with transaction.atomic():
        post = Post.objects.create(owner=owner, text=text, fit=fit)
        PostAsset.objects.bulk_create(
            PostAsset(post=post, asset=asset, position=position, alt_text=_alt_text(asset))
            for position, asset in enumerate(assets)
        )
        for place in chosen:
            Variant.objects.create(post=post, channel=place.channel, placement=place.placement)
        if problem := next(filter(None, (problem_of(place, post) for place in chosen)), None):
            raise NotPossible(problem)
    return post


def _in_order(owner: User, pictures: Sequence[UUID]) -> list[Asset]:
    found = pictures_of(owner).in_bulk(pictures)
    if len(found) != len(pictures):  # somebody else's, gone, or twice the same
        raise NotPossible(why.PictureNotHere())
    return [found[key] for key in pictures]


def _places(owner: User, places: Collection[Chosen]) -> list[Place]:
    if not places:
        raise NotPossible(why.NoPlaceChosen())
    channels = channels_of(owner).in_bulk([channel for channel, _ in places])
    known = offered()
    for channel, placement in places:
        if channel not in channels or placement not in known[channels[channel].platform]:
            raise NotPossible(why.PlaceNotThere())
    return [Place(channels[channel], placement) for channel, placement in dict.fromkeys(places)]


def _alt_text(asset: Asset) -> str:
    """What another post says that it shows, the latest first."""
    said = PostAsset.objects.filter(asset=asset).exclude(alt_text="").order_by("-created_at")
    return said.values_list("alt_text", flat=True).first() or ""
