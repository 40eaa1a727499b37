"""The places that a post is for, and whether what it is made of goes there."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Channel
from publishing.models import Post, Variant
from publishing.platforms import PLATFORMS, Form, form_of
from publishing.posts.fitting import keeps_words, too_long
from publishing.posts.text_limits import limits_of, takes
from publishing.states import Placement

NAMES = {Form.TEXT: "posts without a picture", Form.ALBUM: "posts with several pictures", Form.STORY: "stories"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a channel: its feed, its stories."""

    channel: Channel
    placement: str = Placement.FEED

    def form(self, post: Post) -> Form:
        """What this post is there."""
        return form_of(self.placement, len(post.items.all()))

    def __str__(self) -> str:
        return f"{self.channel}, {self.placement}" if self.placement != Placement.FEED else str(self.channel)


def place_of(row: Variant) -> Place:
    """The place that was chosen."""
    return Place(row.channel, row.placement)


def problem_of(place: Place, post: Post) -> str:
    """Why it cannot go there as it is, as a sentence that says what to do; "" when it can."""
    platform, form, pictures = place.channel.platform, place.form(post), len(post.items.all())
    label = PLATFORMS.label(platform)
    if not takes(platform, form):
        return f"{place}: {label} takes no {NAMES.get(form, 'posts like this')}. Change it, or leave this channel out."
    limits = limits_of(platform, form)
    if form is Form.STORY and pictures != 1:
        return f"{place}: a story is one picture, and this post has {pictures or 'none'}."
    if pictures > max(limits.parts, 1):
        return f"{place}: {label} takes at most {limits.parts} pictures, and this post has {pictures}. Take some out."
    if form is Form.TEXT and not post.text.strip():
        return f"{place}: there is neither a word nor a picture in it. Write something, or add a picture."
    if limits.text and not keeps_words(post.text, limits):
        return f"{place.channel}: {too_long(post.text, limits)}"
    return ""


def offered() -> dict[str, tuple[str, ...]]:
    """By platform, the places of its channels that can be chosen."""
    return {name: tuple(each for each in Placement.values if _is_there(name, each)) for name in PLATFORMS}


def _is_there(platform: str, placement: str) -> bool:
    return placement == Placement.FEED or takes(platform, form_of(placement, 1))
