"""Where a post goes, in the form that it is written in: channels, places, and what it has there of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from accounts.models import Channel
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

LABELS = {Placement.FEED: "Post", Placement.STORY: "Story"}
FORMAT = "%Y-%m-%dT%H:%M"  # of datetime-local
YES = "yes"  # of a box that is ticked


@dataclass(slots=True)
class Own:
    """What stands in the fields of one place."""

    text: str = ""
    due: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def kept(cls, row: Variant) -> Own:
        """As it is."""
        chosen = {name: YES if value is True else str(value) for name, value in row.options.items() if value}
        return cls(row.text, shown(row.due_at), chosen)


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option. `option`: None for one that is not offered any more, which has to be taken out."""

    name: str
    value: str
    option: Option | None
    title: str


@dataclass(frozen=True, slots=True)
class PlaceField:
    """One place of a channel. `counter`: of a draft, where there are words."""

    value: str
    label: str
    chosen: bool
    own: Own
    options: list[OptionField]
    counter: Counter | None
    wordless: bool

    @property
    def is_own(self) -> bool:
        """Whether something is other than in the post."""
        return bool(self.own.text or self.own.due or self.own.options)


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
        key, _, option = rest.rpartition(":") if kind == "option" else (rest, "", "")
        text = str(value).replace("\r\n", "\n")
        match kind:
            case "words":
                found.setdefault(key, Own()).text = text
            case "due":
                found.setdefault(key, Own()).due = text
            case "option":
                found.setdefault(key, Own()).options[option] = text
    return found


def wanted(to: Iterable[str], own: Mapping[str, Own], channels: Iterable[Channel]) -> Iterator[Wanted]:
    """The places that were chosen. A channel that is none is told as one that cannot be chosen."""
    platforms = {channel.pk: channel.platform for channel in channels}
    for value in sorted(to):
        channel, _, placement = value.partition(":")
        key, typed_here = key_of(channel) or UUID(int=0), own.get(value, Own())
        chosen = _chosen(platforms.get(key, ""), typed_here.options)
        yield Wanted(key, placement, typed_here.text, moment(typed_here.due), chosen)


def _chosen(platform: str, said: Mapping[str, str]) -> dict[str, Json]:
    """What differs from what holds anyway."""
    known = options.offered(platform) if platform else {}
    read = {name: _read(known.get(name), value.strip()) for name, value in said.items() if value.strip()}
    return {name: value for name, value in read.items() if name not in known or value != known[name].default}


def _read(option: Option | None, value: str) -> Json:
    return True if option and option.kind is OptionKind.FLAG else value


def rows(channels: Iterable[Channel], to: set[str], own: Mapping[str, Own], post: Post | None) -> list[Row]:
    """For the page."""
    places = offered()
    return [
        Row(channel, [_field(channel, where, to, own, post) for where in places.get(channel.platform, ())])
        for channel in channels
    ]


def _field(channel: Channel, placement: str, to: set[str], own: Mapping[str, Own], post: Post | None) -> PlaceField:
    value = f"{channel.pk}:{placement}"
    here = own.get(value, Own())
    counter = counter_of(Place(channel, placement, here.text), post) if post else None
    label = LABELS[Placement(placement)]
    told = list(_options(channel, placement, here))
    return PlaceField(value, label, value in to, here, told, counter, wordless=placement == Placement.STORY)


def _options(channel: Channel, placement: str, own: Own) -> Iterator[OptionField]:
    known = options.offered(channel.platform)
    for option in known.values():
        if placement == Placement.FEED or "story" in option.forms:
            holds = option.has_default and option.kind is not OptionKind.FLAG
            default: Any = option.default if holds else ""
            yield OptionField(option.name, own.options.get(option.name, default), option, option.label)
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


def shown(when: dt.datetime | None) -> str:
    """As the field takes it."""
    return timezone.localtime(when).strftime(FORMAT) if when else ""


def key_of(text: object, before: str = "") -> UUID | None:
    """The id in the name of a field; None where there is none."""
    try:
        return UUID(str(text).removeprefix(before)) if str(text).startswith(before) else None
    except ValueError:
        return None
