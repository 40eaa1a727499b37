"""The places that a post is for, and whether what it is made of goes there."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Channel
from poster.reasons import Because, Reason, Term
from publishing.models import Post
from publishing.platforms import PLATFORMS, Form, form_of
from publishing.posts.fitting import keeps_words, too_long
from publishing.posts.text_limits import limits_of, takes
from publishing.reasons.posts import AtAPlace, FormNotTaken, NothingInIt, StoryIsOnePicture, TooManyPictures
from publishing.states import Placement

NAMES = {Form.TEXT: Term("posts.text"), Form.ALBUM: Term("posts.album"), Form.STORY: Term("posts.story")}
ODD = Term("posts.odd")


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


def problem_of(place: Place, post: Post) -> Reason | None:
    """Why it cannot go there as it is; None when it can."""
    platform, form = place.channel.platform, place.form(post)
    cause = _of_form(platform, form, len(post.items.all())) or _of_words(platform, form, post.text)
    return AtAPlace(place=str(place), cause=Because(cause)) if cause else None


def _of_form(platform: str, form: Form, pictures: int) -> Reason | None:
    label = PLATFORMS.label(platform)
    if not takes(platform, form):
        return FormNotTaken(service=label, form=NAMES.get(form, ODD))
    if form is Form.STORY and pictures != 1:
        return StoryIsOnePicture(pictures=pictures)
    most = limits_of(platform, form).parts
    return TooManyPictures(service=label, most=most, pictures=pictures) if pictures > max(most, 1) else None


def _of_words(platform: str, form: Form, text: str) -> Reason | None:
    limits = limits_of(platform, form)
    if form is Form.TEXT and not text.strip():
        return NothingInIt()
    return too_long(text, limits) if limits.text and not keeps_words(text, limits) else None


def offered() -> dict[str, tuple[str, ...]]:
    """By platform, the places of its channels that can be chosen."""
    return {name: tuple(each for each in Placement.values if _is_there(name, each)) for name in PLATFORMS}


def _is_there(platform: str, placement: str) -> bool:
    return placement == Placement.FEED or takes(platform, form_of(placement, 1))
