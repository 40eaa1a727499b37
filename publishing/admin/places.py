"""Where a post goes, in the form that it is written in: channels, places, and what it has there of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import Channel
from media.models import Asset
from poster import wall_clock
from poster.permissions import NotPossible
from publishing.models import Post, Variant
from publishing.platforms import Json, Option, OptionKind
from publishing.posts import options
from publishing.posts.contents import Wanted
from publishing.posts.places import Place, offered
from publishing.posts.previewing import Counter, counter_of
from publishing.reasons.times import NoTime
from publishing.states import Placement

LABELS = {
    Placement.FEED: pgettext_lazy("a place in a channel", "Post"),
    Placement.STORY: pgettext_lazy("a place in a channel", "Story"),
}
FORMAT = "%Y-%m-%dT%H:%M"  # of datetime-local
YES = "yes"  # of a box that is ticked


@dataclass(slots=True)
class Own:
    """What stands in the fields of one place."""

    text: str = ""
    due: str = ""
    options: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)  # by asset: which one it is to be; "" for none

    @classmethod
    def kept(cls, row: Variant) -> Own:
        """As it is."""
        chosen = {name: YES if value is True else str(value) for name, value in row.options.items() if value}
        pictures = {key: str(place) for place, key in enumerate(row.pictures, start=1)}
        return cls(row.text, shown(row.due_at), chosen, pictures)

    def in_order(self, of_post: Sequence[UUID]) -> list[UUID]:
        """Those pictures of the post that have a number here."""
        numbered = [key for key in of_post if self.pictures.get(str(key), "").strip()]
        return sorted(numbered, key=lambda key: number(self.pictures[str(key)]))


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option. `option`: None for one that is not offered any more, which has to be taken out."""

    name: str
    value: str
    option: Option | None
    title: str


@dataclass(frozen=True, slots=True)
class PictureField:
    """One picture of the post. `place`: which one it is to be here; "" for none, or as the post."""

    key: UUID
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class PlaceField:
    """One place of a channel. `counter`: of a draft, where there are words. `pictures`: where there are several."""

    value: str
    label: StrOrPromise
    chosen: bool
    own: Own
    options: list[OptionField]
    counter: Counter | None
    wordless: bool
    pictures: list[PictureField]

    @property
    def is_own(self) -> bool:
        """Whether something is other than in the post."""
        return bool(self.own.text or self.own.due or self.own.options or any(self.own.pictures.values()))


@dataclass(frozen=True, slots=True)
class Row:
    """One channel, and where in it a post can appear."""

    channel: Channel
    places: list[PlaceField]


def kept(post: Post) -> dict[str, Own]:
    """What it has of its own in the places that were chosen."""
    return {f"{row.channel_id}:{row.placement}": Own.kept(row) for row in post.variants.all()}


def typed(data: QueryDict) -> dict[str, Own]:
    """From a form that was sent, also of places that are not chosen."""
    found: dict[str, Own] = {}
    for name, value in data.items():
        kind, _, rest = name.partition("_")
        key, _, part = rest.rpartition(":") if kind in {"option", "shows"} else (rest, "", "")
        text = str(value).replace("\r\n", "\n")
        match kind:
            case "words":
                found.setdefault(key, Own()).text = text
            case "due":
                found.setdefault(key, Own()).due = text
            case "option":
                found.setdefault(key, Own()).options[part] = text
            case "shows":
                found.setdefault(key, Own()).pictures[part] = text
    return found


def wanted(
    to: Iterable[str], own: Mapping[str, Own], channels: Iterable[Channel], pictures: Sequence[UUID]
) -> Iterator[Wanted]:
    """The places that were chosen. A channel that is none is told as one that cannot be chosen.

    `pictures`: of the post. What has a number here, and is in the post no more, is passed over.
    """
    platforms = {channel.pk: channel.platform for channel in channels}
    for value in sorted(to):
        channel, _, placement = value.partition(":")
        key, typed_here = key_of(channel) or UUID(int=0), own.get(value, Own())
        chosen = _chosen(platforms.get(key, ""), typed_here.options)
        shows = typed_here.in_order(pictures)
        yield Wanted(key, placement, typed_here.text, moment(typed_here.due), chosen, shows)


def _chosen(platform: str, said: Mapping[str, str]) -> dict[str, Json]:
    """What differs from what holds anyway."""
    known = options.offered(platform) if platform else {}
    read = {name: _read(known.get(name), value.strip()) for name, value in said.items() if value.strip()}
    return {name: value for name, value in read.items() if name not in known or value != known[name].default}


def _read(option: Option | None, value: str) -> Json:
    return True if option and option.kind is OptionKind.FLAG else value


@dataclass(frozen=True, slots=True)
class Page:
    """What the page knows: the places that are chosen, what stands in their fields, the pictures, the draft."""

    to: set[str]
    own: Mapping[str, Own]
    pictures: Sequence[Asset]
    post: Post | None

    def rows(self, channels: Iterable[Channel]) -> list[Row]:
        places = offered()
        return [
            Row(channel, [self._field(channel, where) for where in places.get(channel.platform, ())])
            for channel in channels
        ]

    def _field(self, channel: Channel, placement: str) -> PlaceField:
        value = f"{channel.pk}:{placement}"
        here = self.own.get(value, Own())
        shows = [str(key) for key in here.in_order([asset.pk for asset in self.pictures])]
        place = Place(channel, placement, here.text, own_pictures=shows)
        counter = counter_of(place, self.post) if self.post else None
        label, told = LABELS[Placement(placement)], list(_options(channel, placement, here))
        wordless, pictures = placement == Placement.STORY, self._pictures(here)
        return PlaceField(value, label, value in self.to, here, told, counter, wordless, pictures)

    def _pictures(self, own: Own) -> list[PictureField]:
        """There is nothing to choose with one."""
        several = self.pictures if len(self.pictures) > 1 else ()
        return [PictureField(asset.pk, asset.name, own.pictures.get(str(asset.pk), "")) for asset in several]


def _options(channel: Channel, placement: str, own: Own) -> Iterator[OptionField]:
    known = {name: options.shown(option) for name, option in options.offered(channel.platform).items()}
    for option in known.values():
        if placement == Placement.FEED or "story" in option.forms:
            holds = option.has_default and option.kind is not OptionKind.FLAG
            default: Any = option.default if holds else ""
            yield OptionField(option.name, own.options.get(option.name, default), option, str(option.label))
    for name, value in own.options.items():
        if name not in known:
            yield OptionField(name, value, None, f"{name} ({value})")


def moment(text: str) -> dt.datetime | None:
    """What was typed, in the time zone of the page. Raises NotPossible."""
    if not text.strip():
        return None
    try:
        wall = dt.datetime.fromisoformat(text.strip())
        return wall_clock.moment(wall.replace(tzinfo=None), timezone.get_current_timezone())
    except (ValueError, OverflowError):
        raise NotPossible(NoTime(typed=text[:40])) from None


def number(text: str) -> int:
    """Of what was typed for an order; what is none comes last."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 99_999


def shown(when: dt.datetime | None) -> str:
    """As the field takes it."""
    return timezone.localtime(when).strftime(FORMAT) if when else ""


def key_of(text: object, before: str = "") -> UUID | None:
    """The id in the name of a field; None where there is none."""
    try:
        return UUID(str(text).removeprefix(before)) if str(text).startswith(before) else None
    except ValueError:
        return None
