"""What stands in the calendar of one person: deliveries, drafts with a time, and repetitions that are still to come.

One question for each of the three, whatever the number of rows; of thousands, words and pictures are read only for
those that are shown (`fill`). What one post sends at one moment is one entry, with a mark for each channel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Channel, User
from poster.dashboard import display
from poster.manifests import Tone
from publishing.calendar.grid import Span
from publishing.models import Delivery, Post, PostAsset, PostTag, Series, Variant
from publishing.posts import due_times, repeating
from publishing.states import Placement

State = Delivery.State
SHOWN = [state for state in State if state != State.CANCELLED]
UNPUBLISHED = [state for state in SHOWN if state != State.PUBLISHED]
MOST = 30_000  # rows of one page, of each kind; what is later is not counted
COLOURS = 8  # of channels, in the stylesheet
URGENCY = ("bad", "wait", "doubt", "live", "good", "quiet")  # of several states an entry shows the first
ROOM = 3  # marks in a cell
REPEATED = 200  # series that are looked at


class Kind(StrEnum):
    """What an entry is."""

    DELIVERY = "delivery"
    DRAFT = "draft"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True)
class Mark:
    """A channel, small. `colour`: 1 to `COLOURS`; 0 for one that is not connected any more."""

    channel: UUID | None
    platform: str
    name: str
    colour: int = 0
    placement: str = Placement.FEED

    @property
    def label(self) -> str:
        """For the eye on hover, and read aloud."""
        return self.name if self.placement == Placement.FEED else f"{self.name}, {Placement(self.placement).label}"


Part = tuple[Kind, UUID, dt.datetime, Mark | None, str, bool]  # its state, and whether it may be moved


@dataclass(slots=True)
class Entry:
    """One post at one moment. `free`: may be moved. `words`, `picture`: once it was filled; `note`: what holds it."""

    kind: Kind
    post: UUID
    at: dt.datetime
    marks: list[Mark] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    free: bool = False
    words: str = ""
    picture: UUID | None = None
    note: str = ""

    @property
    def state(self) -> str:
        """Of its states, the one that a person should know of first."""
        return min(self.states, key=lambda state: (URGENCY.index(_tone(state)[0]), state))

    @property
    def tone(self) -> Tone:
        return _tone(self.state)

    @property
    def rest(self) -> int:
        """Marks for which a cell has no room."""
        return len(self.marks) - 1 if len(self.marks) > ROOM else 0

    @property
    def label(self) -> str:
        """Its state in words."""
        if self.kind is Kind.DELIVERY:
            return str(State(self.state).label)
        return _("draft") if self.kind is Kind.DRAFT else _("repeats")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose calendar, and what of it. `channel`, `tag`: None for all."""

    owner: User
    span: Span
    channels: Mapping[UUID, Mark]
    channel: UUID | None = None
    tag: UUID | None = None

    def within(self, name: str) -> dict[str, dt.datetime]:
        """The span, as a filter of this column."""
        return {f"{name}__gte": self.span.begin, f"{name}__lt": self.span.end}

    def tagged(self, post: str) -> Q:
        """`post`: the way to the post's key."""
        return Q(Exists(PostTag.objects.filter(post=OuterRef(post), tag=self.tag))) if self.tag else Q()


def _tone(state: str) -> Tone:
    return display.tones().get(state, display.UNKNOWN)


def channels_of(owner: User) -> dict[UUID, Mark]:
    """Their channels, each with a colour that stays while others come."""
    rows = Channel.objects.filter(owner=owner).order_by("created_at", "pk").values_list("pk", "platform", "name")
    return {pk: Mark(pk, where, name, at % COLOURS + 1) for at, (pk, where, name) in enumerate(rows)}


def entries(wanted: Wanted) -> list[Entry]:
    """All of it, earliest first, without words and pictures."""
    return grouped(_parts(wanted))


def grouped(parts: Iterable[Part]) -> list[Entry]:
    """One entry for what one post sends at one moment."""
    found: dict[tuple[Kind, UUID, dt.datetime], Entry] = {}
    for kind, post, at, mark, state, free in parts:
        entry = found.setdefault((kind, post, at), Entry(kind, post, at))
        entry.states.add(state)
        entry.free = entry.free or free
        if mark:
            entry.marks.append(mark)
    for entry in found.values():
        entry.marks.sort(key=lambda mark: (mark.colour, mark.name, mark.placement))  # the same order in each
    return sorted(found.values(), key=order)


def order(entry: Entry) -> tuple[dt.datetime, UUID]:
    """By which entries stand in a row."""
    return entry.at, entry.post


def _parts(wanted: Wanted) -> Iterator[Part]:
    yield from deliveries(wanted)
    yield from drafts(wanted)
    yield from repetitions(wanted)


def deliveries(wanted: Wanted, only: Q = Q()) -> Iterator[Part]:  # noqa: B008 - never changed
    """One question, of several parts: an index has channel, state and time, and most of all rows are published."""
    named = ("post_id", "due_at", "state", "free", "channel_id", "platform", "channel_name", "placement")
    parts = [
        Delivery.objects.filter(part, only, wanted.tagged("post_id"), **wanted.within("due_at"))
        .annotate(free=ExpressionWrapper(due_times.MOVABLE, BooleanField()))
        .order_by()
        .values_list(*named)
        for part in ways_in(wanted)
    ]
    rows = parts[0].union(*parts[1:], all=True).order_by("due_at")[:MOST]
    for post, at, state, free, channel, platform, name, placement in rows:
        yield Kind.DELIVERY, post, at, mark_of(wanted, channel, platform, name, placement), state, bool(free)


def ways_in(wanted: Wanted) -> list[Q]:
    """Of their channels what is published, and what is not; of channels that are gone, what is theirs."""
    mine = Q(channel__in=[wanted.channel] if wanted.channel else list(wanted.channels))
    gone = Q(channel=None, owner=wanted.owner)
    ways = [Q(mine, state=State.PUBLISHED), Q(mine, owner=wanted.owner, state__in=UNPUBLISHED)]
    return ways if wanted.channel else [*ways, Q(gone, state=State.PUBLISHED), Q(gone, state__in=UNPUBLISHED)]


def drafts(wanted: Wanted) -> Iterator[Part]:
    """At the time of the post, and in places that have one of their own, at that."""
    rows = Post.objects.filter(wanted.tagged("pk"), owner=wanted.owner, state=Post.State.DRAFT).annotate(
        at=Coalesce("variants__due_at", "due_at"), own=F("variants__due_at"), channel=F("variants__channel_id")
    )
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    rows = rows.filter(**wanted.within("at")).order_by("at")
    named = ("pk", "at", "own", "channel", "variants__placement")
    for post, at, own, channel, placement in rows.values_list(*named)[:MOST]:
        mark = mark_of(wanted, channel, "", "", placement) if channel else None
        yield Kind.DRAFT, post, at, mark, Post.State.DRAFT, own is None


def repetitions(wanted: Wanted) -> Iterator[Part]:
    """Those of which no post was made yet."""
    rows = Series.objects.filter(
        wanted.tagged("post_id"), owner=wanted.owner, state=Series.State.REPEATING, next_at__lt=wanted.span.end
    )
    if wanted.channel:
        rows = rows.filter(Exists(Variant.objects.filter(post=OuterRef("post_id"), channel=wanted.channel)))
    for series in rows.select_related("post").prefetch_related("post__variants")[:REPEATED]:
        marks = [mark_of(wanted, each.channel_id, "", "", each.placement) for each in series.post.variants.all()]
        shown: list[Mark | None] = [mark for mark in marks if wanted.channel in (None, mark.channel)]
        for at in _moments(series, wanted.span):
            for mark in shown or [None]:
                yield Kind.REPETITION, series.post_id, at, mark, Series.State.REPEATING, False


def _moments(series: Series, span: Span) -> Iterator[dt.datetime]:
    """From its next one on, as far as they are shown."""
    moment: dt.datetime | None = series.next_at
    if series.next_at < span.begin:
        moment = repeating.following(series, span.begin - dt.timedelta(microseconds=1))
    while moment is not None and moment < span.end:
        yield moment
        moment = repeating.following(series, moment)


def mark_of(wanted: Wanted, channel: UUID | None, platform: str, name: str, placement: str) -> Mark:
    """Of a channel that is not theirs any more, what its delivery knows of it."""
    known = wanted.channels.get(channel) if channel else None
    if known is None:
        return Mark(None, platform, name, 0, placement)
    return known if placement == known.placement else replace(known, placement=placement)


class Fillable(Protocol):
    """What shows a post."""

    post: UUID
    words: str
    picture: UUID | None


def fill(shown: Iterable[Fillable]) -> None:
    """Words and the first picture of these: two questions."""
    rows = list(shown)
    keys = {entry.post for entry in rows}
    words: dict[Any, str] = dict(Post.objects.filter(pk__in=keys).order_by().values_list("pk", "text"))
    pictures: dict[Any, Any] = {}
    of_posts = PostAsset.objects.filter(post__in=keys).order_by("position", "created_at")
    for post, asset in of_posts.values_list("post_id", "asset_id"):
        pictures.setdefault(post, asset)
    for entry in rows:
        entry.words, entry.picture = words.get(entry.post, ""), pictures.get(entry.post)
