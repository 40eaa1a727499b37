"""The places that a post is for, and whether what it is made of goes there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import Channel
from publishing.models import Post, Variant
from publishing.platforms import PLATFORMS, Form, form_of
from publishing.posts import labels, options
from publishing.posts.fitting import keeps_words, too_long
from publishing.posts.options import Chosen
from publishing.posts.text_limits import limits_of, takes
from publishing.states import Placement

NAMES = {Form.TEXT: "posts without a picture", Form.ALBUM: "posts with several pictures", Form.STORY: "stories"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a channel: its feed, its stories. And what a post has there of its own; empty: as the post."""

    channel: Channel
    placement: str = Placement.FEED
    own_text: str = ""
    own_due_at: dt.datetime | None = None
    chosen: Chosen = field(default_factory=dict)

    @classmethod
    def of(cls, row: Variant) -> Place:
        """The one that was chosen."""
        return cls(row.channel, row.placement, row.text, row.due_at, row.options)

    def form(self, post: Post) -> Form:
        """What this post is there."""
        return form_of(self.placement, len(post.items.all()))

    def text(self, post: Post) -> str:
        """Its words there, with the line that people have to be told by where there is no field for that."""
        return labels.with_line(self.own_text or post.text, self.line(post))

    def line(self, post: Post) -> str:
        """That line; "" for none."""
        return labels.line(post, self.channel, self.form(post))

    def due_at(self, post: Post) -> dt.datetime | None:
        """When it is to go out there; None: as soon as it is approved."""
        return self.own_due_at or post.due_at

    def __str__(self) -> str:
        return f"{self.channel}, {self.placement}" if self.placement != Placement.FEED else str(self.channel)


def problem_of(place: Place, post: Post) -> str:
    """Why it cannot go there as it is, as a sentence that says what to do; "" when it can."""
    return next(_problems(place, post), "")


def _problems(place: Place, post: Post) -> Iterator[str]:
    platform, form = place.channel.platform, place.form(post)
    if not takes(platform, form):
        label = PLATFORMS.label(platform)
        yield f"{place}: {label} takes no {NAMES.get(form, 'posts like this')}. Change it, or leave this channel out."
        return
    yield from _of_pictures(place, post)
    yield from _of_words(place, post)
    declared, scopes = PLATFORMS[platform].options, place.channel.credential.scopes
    for told in labels.findings(post, place.channel, form):
        yield f"{place}: {told}"
    for finding in options.findings(declared, form, place.chosen, scopes):
        yield f"{place}: {finding}"


def _of_pictures(place: Place, post: Post) -> Iterator[str]:
    platform, form, pictures = place.channel.platform, place.form(post), len(post.items.all())
    limits = limits_of(platform, form)
    if form is Form.STORY and pictures != 1:
        yield f"{place}: a story is one picture, and this post has {pictures or 'none'}."
    elif pictures > max(limits.parts, 1):
        most = f"{PLATFORMS.label(platform)} takes at most {limits.parts} pictures"
        yield f"{place}: {most}, and this post has {pictures}. Take some out."


def _of_words(place: Place, post: Post) -> Iterator[str]:
    text, limits = place.text(post), limits_of(place.channel.platform, place.form(post))
    if place.form(post) is Form.TEXT and not text.strip():
        yield f"{place}: there is neither a word nor a picture in it. Write something, or add a picture."
    if limits.text and not keeps_words(text, limits):
        yield f"{place.channel}: {too_long(text, limits)}"


def offered() -> dict[str, tuple[str, ...]]:
    """By platform, the places of its channels that can be chosen."""
    return {name: tuple(each for each in Placement.values if _is_there(name, each)) for name in PLATFORMS}


def _is_there(platform: str, placement: str) -> bool:
    return placement == Placement.FEED or takes(platform, form_of(placement, 1))
