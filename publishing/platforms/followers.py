"""How followers see a post of each form: what is folded away, what can be pressed, how pictures stand together.

Each platform declares it beside its limits. Feeds fold by lines and pixels, which nobody publishes: what is here is
taken from where `source` says, and holds for a phone of usual width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from poster.reasons import Plural

Marked = str | Plural  # for translation, as `poster.reasons._` marks it


class Sign(StrEnum):
    """What may be pressed in words."""

    LINK = "link"
    HASHTAG = "hashtag"
    MENTION = "mention"


class Together(StrEnum):
    """How several pictures are laid out."""

    SWIPED = "swiped"  # one after the other, each over the whole width
    BESIDE = "beside"  # side by side, the next one peeps in
    MOSAIC = "mosaic"  # one area: two beside each other, one over two, two over two, two over three


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What stands before "more": so many lines of so many letters (wide ones count twice) on a phone.

    `on_the_web`: so many characters on a wide screen; 0: all of them. `verified`: whether the platform itself says so.
    """

    lines: int
    columns: int
    word: Marked  # what is pressed to see the rest
    source: str
    on_the_web: int = 0
    verified: bool = False

    @property
    def characters(self) -> int:
        """About so many are seen, where no line is broken early."""
        return self.lines * self.columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The profile's own page: all pictures in one shape, width / height. From `whole_from` on it gets a border.

    No platform says it, so people are told that others have seen it so.
    """

    ratio: float
    whole_from: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One form of one platform. `pressed`: the first so many of each sign; what is not in it is plain text.

    `topic`: the option that takes the place of hashtags. `tallest`: the feed usually cuts a single picture that is
    narrower, width / height. `large`: words without a picture are usually set large up to so many characters; of both,
    as of `grid`, people are told that the platform does not say it. `unknown`: what else no preview can tell.
    """

    fold: Fold | None  # None: all words are seen
    unknown: tuple[Marked, ...]
    pressed: Mapping[Sign, int] = field(default_factory=dict)
    numbers: bool = True  # a hashtag may be of digits alone
    topic: str = ""
    together: Together = Together.SWIPED
    tallest: float = 0.0
    large: int = 0
    grid: Grid | None = None


ANY = 10_000  # of a sign: more than a text holds
