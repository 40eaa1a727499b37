"""The form in which a person writes a post or changes a draft: words, pictures in an order, places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Channel, User
from media.models import Asset
from publishing.models import Post, PostAsset
from publishing.posts import contents
from publishing.posts.contents import Content, Wanted
from publishing.posts.places import offered
from publishing.states import Placement

MOST = 60  # pictures to choose from; those that were asked for come first
PLACES = {Placement.FEED: "Post", Placement.STORY: "Story"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture that can be chosen; `place`: which one it is to be, "" for none."""

    asset: Asset
    place: str


@dataclass(frozen=True, slots=True)
class Row:
    """One channel, and where in it a post can appear: (value, label, whether it is chosen)."""

    channel: Channel
    places: list[tuple[str, str, bool]]


@dataclass(slots=True)
class Typed:
    """What stands in the form: as it was typed, as the draft is, or as the address asks for it."""

    text: str = ""
    order: dict[UUID, str] = field(default_factory=dict)
    alt_texts: dict[UUID, str] = field(default_factory=dict)  # by picture
    to: set[str] = field(default_factory=set)
    fit: str = "pad"

    @classmethod
    def of(cls, data: QueryDict, post: Post | None = None) -> Typed:
        """From a form that was sent."""
        order = {
            key: str(value) for name, value in data.items() if (key := _key(name, "place_")) and str(value).strip()
        }
        said = _alt_texts(data, post) if post else {}
        return cls(_lines(data, "text"), order, said, set(data.getlist("to")), data.get("fit", "pad"))

    @classmethod
    def asked(cls, data: QueryDict) -> Typed:
        """From the address: these pictures, in this order."""
        keys = [key for value in data.getlist("picture") if (key := _key(value))]
        return cls(order=_numbered(keys))

    @classmethod
    def kept(cls, post: Post) -> Typed:
        """As the draft is."""
        order = _numbered(item.asset_id for item in post.items.all())
        to = {f"{row.channel_id}:{row.placement}" for row in post.variants.all()}
        return cls(post.text, order, to=to, fit=post.fit)

    @property
    def pictures(self) -> list[UUID]:
        """In their order; of two with the same number, the one that stands first on the page."""
        return sorted(self.order, key=lambda key: _number(self.order[key]))

    @property
    def content(self) -> Content:
        """What is wanted. A channel that is none is told as one that cannot be chosen."""
        parts = [value.partition(":") for value in sorted(self.to)]
        places = [Wanted(_key(channel) or UUID(int=0), placement) for channel, _, placement in parts]
        fit = "crop" if self.fit == "crop" else "pad"
        return Content(text=self.text, pictures=self.pictures, places=places, alt_texts=self.alt_texts, fit=fit)


def context(owner: User, typed: Typed, post: Post | None = None) -> dict[str, Any]:
    """What the form shows. `post`: the draft that is changed."""
    rows = contents.pictures_of(owner, post)
    first = list(rows.filter(pk__in=list(typed.order)[:MOST]))
    others = list(rows.exclude(pk__in=[asset.pk for asset in first])[: MOST - len(first)])
    first.sort(key=lambda asset: typed.pictures.index(asset.pk))
    choices = [Choice(asset, typed.order.get(asset.pk, "")) for asset in [*first, *others]]
    return {"composer": typed, "choices": choices, "rows": _rows(contents.channels_of(owner, post), typed)}


def _rows(channels: Iterable[Channel], typed: Typed) -> list[Row]:
    places = offered()
    return [
        Row(
            channel,
            [
                (value := f"{channel.pk}:{each}", PLACES[Placement(each)], value in typed.to)
                for each in places.get(channel.platform, ())
            ],
        )
        for channel in channels
    ]


def alt_text_of(item: PostAsset, data: QueryDict | None) -> str:
    """Of one picture of a post, as it was typed, else as it is."""
    return data.get(f"alt_text_{item.pk}", item.alt_text) if data else item.alt_text


def _alt_texts(data: QueryDict, post: Post) -> dict[UUID, str]:
    """The form names them by the rows that they stand in."""
    return {item.asset_id: alt_text_of(item, data) for item in post.items.all()}


def _numbered(keys: Iterable[UUID]) -> dict[UUID, str]:
    return {key: str(place) for place, key in enumerate(dict.fromkeys(keys), 1)}


def _lines(data: QueryDict, name: str) -> str:
    """A form sends line breaks as two characters."""
    return str(data.get(name, "")).replace("\r\n", "\n")


def address(pictures: Iterable[UUID]) -> str:
    """The page with these pictures chosen."""
    return (
        f"{reverse('admin:publishing_post_add')}?{urlencode({'picture': [str(key) for key in pictures]}, doseq=True)}"
    )


def _key(text: object, before: str = "") -> UUID | None:
    try:
        return UUID(str(text).removeprefix(before)) if str(text).startswith(before) else None
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 99_999
