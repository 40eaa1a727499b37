"""The page on which a person writes a post: words, pictures in an order, places."""

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
from poster.permissions import Caller
from publishing.models import Post
from publishing.posts import writing
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
    """What stands in the form: as it was typed, or as the address asks for it."""

    text: str = ""
    order: dict[UUID, str] = field(default_factory=dict)
    to: set[str] = field(default_factory=set)
    fit: str = "pad"

    @classmethod
    def of(cls, data: QueryDict) -> Typed:
        """From a form that was sent."""
        order = {key: value for name, value in data.items() if (key := _key(name, "place_")) and str(value).strip()}
        text = str(data.get("text", "")).replace("\r\n", "\n")
        return cls(
            text, {key: str(value) for key, value in order.items()}, set(data.getlist("to")), data.get("fit", "pad")
        )

    @classmethod
    def asked(cls, data: QueryDict) -> Typed:
        """From the address: these pictures, in this order."""
        keys = [key for value in data.getlist("picture") if (key := _key(value))]
        return cls(order={key: str(place) for place, key in enumerate(dict.fromkeys(keys), 1)})

    @property
    def pictures(self) -> list[UUID]:
        """In their order; of two with the same number, the one that stands first on the page."""
        return sorted(self.order, key=lambda key: _number(self.order[key]))

    @property
    def places(self) -> list[tuple[UUID, str]]:
        """Channels and places; what is none of ours is told as none that can be chosen."""
        parts = [value.partition(":") for value in sorted(self.to)]
        return [(_key(channel) or UUID(int=0), placement) for channel, _, placement in parts]

    def keep(self, owner: User, by: Caller) -> Post:
        """The draft of it. Raises NotPossible."""
        fit = "crop" if self.fit == "crop" else "pad"
        return writing.write(owner, by=by, text=self.text, pictures=self.pictures, places=self.places, fit=fit)


def context(owner: User, typed: Typed) -> dict[str, Any]:
    """What the page shows."""
    rows = writing.pictures_of(owner)
    first = list(rows.filter(pk__in=list(typed.order)[:MOST]))
    others = list(rows.exclude(pk__in=[asset.pk for asset in first])[: MOST - len(first)])
    first.sort(key=lambda asset: typed.pictures.index(asset.pk))
    choices = [Choice(asset, typed.order.get(asset.pk, "")) for asset in [*first, *others]]
    return {"typed": typed, "choices": choices, "rows": _rows(writing.channels_of(owner), typed)}


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
