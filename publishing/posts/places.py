"""The places that a post is for, and whether what it is made of goes there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from accounts.models import Channel
from poster.reasons import Because, Reason, Term
from publishing.models import Post, PostAsset, Variant
from publishing.platforms import PLATFORMS, Form, form_of
from publishing.posts import labels, options
from publishing.posts.fitting import keeps_words, too_long
from publishing.posts.options import Chosen
from publishing.posts.text_limits import limits_of, takes
from publishing.reasons.posts import AtAPlace, FormNotTaken, NothingInIt, StoryIsOnePicture, TooManyPictures
from publishing.states import Placement

NAMES = {Form.TEXT: Term("posts.text"), Form.ALBUM: Term("posts.album"), Form.STORY: Term("posts.story")}
ODD = Term("posts.odd")


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a channel: its feed, its stories. And what a post has there of its own; empty: as the post."""

    channel: Channel
    placement: str = Placement.FEED
    own_text: str = ""
    own_due_at: dt.datetime | None = None
    chosen: Chosen = field(default_factory=dict)
    own_pictures: Sequence[str] = ()  # ids of assets

    @classmethod
    def of(cls, row: Variant) -> Place:
        """The one that was chosen."""
        return cls(row.channel, row.placement, row.text, row.due_at, row.options, row.pictures)

    def form(self, post: Post) -> Form:
        """What this post is there."""
        return form_of(self.placement, len(self.items(post)))

    def items(self, post: Post) -> list[PostAsset]:
        """Its pictures there, in their order."""
        return self.shown(post.items.all())

    def shown(self, items: Iterable[PostAsset]) -> list[PostAsset]:
        """Those of a post that this place shows. What is not in the post any more is passed over."""
        known = {str(item.asset_id): item for item in items}
        return [known[each] for each in self.own_pictures if each in known] or list(known.values())

    def text(self, post: Post) -> str:
        """Its words there, with the line that people have to be told by where there is no field for that."""
        return labels.with_line(self.own_text or post.text, self.line(post))

    def line(self, post: Post) -> str:
        """That line; "" for none."""
        return labels.line(post, self.channel, self.form(post))

    def due_at(self, post: Post) -> dt.datetime | None:
        """When it is to go out there; None: as soon as it is approved."""
        return self.own_due_at or post.due_at

    @property
    def told(self) -> str:
        """As it stands in a reason, which is stored: the same for everybody."""
        return f"{self.channel}, {self.placement}" if self.placement != Placement.FEED else str(self.channel)

    def __str__(self) -> str:
        if self.placement == Placement.FEED:
            return str(self.channel)
        return f"{self.channel}, {Placement(self.placement).label}"


def problem_of(place: Place, post: Post) -> Reason | None:
    """Why it cannot go there as it is; None when it can."""
    cause = next(_problems(place, post), None)
    return AtAPlace(place=place.told, cause=Because(cause)) if cause else None


def _problems(place: Place, post: Post) -> Iterator[Reason]:
    platform, form = place.channel.platform, place.form(post)
    if not takes(platform, form):
        yield FormNotTaken(service=PLATFORMS.label(platform), form=NAMES.get(form, ODD))
        return
    yield from _of_pictures(platform, form, len(place.items(post)))
    yield from _of_words(place, post)
    yield from labels.findings(post, place.channel, form)
    declared, scopes = PLATFORMS[platform].options, place.channel.credential.scopes
    yield from options.findings(declared, form, place.chosen, scopes)


def _of_pictures(platform: str, form: Form, pictures: int) -> Iterator[Reason]:
    most = limits_of(platform, form).parts
    if form is Form.STORY and pictures != 1:
        yield StoryIsOnePicture(pictures=pictures)
    elif pictures > max(most, 1):
        yield TooManyPictures(service=PLATFORMS.label(platform), most=most, pictures=pictures)


def _of_words(place: Place, post: Post) -> Iterator[Reason]:
    text, limits = place.text(post), limits_of(place.channel.platform, place.form(post))
    if place.form(post) is Form.TEXT and not text.strip():
        yield NothingInIt()
    if limits.text and not keeps_words(text, limits) and (problem := too_long(text, limits)):
        yield problem


def offered() -> dict[str, tuple[str, ...]]:
    """By platform, the places of its channels that can be chosen."""
    return {name: tuple(each for each in Placement.values if _is_there(name, each)) for name in PLATFORMS}


def _is_there(platform: str, placement: str) -> bool:
    return placement == Placement.FEED or takes(platform, form_of(placement, 1))
