"""What a post is to whoever looks at it, how much of it a platform takes, what people are told, and what is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from poster.reasons.rendering import Message

Json = Any  # what JSON can say


class Form(StrEnum):
    """What a post is, to whoever looks at it."""

    TEXT = "text"
    PHOTO = "photo"
    ALBUM = "album"  # several pictures in their order
    STORY = "story"  # one picture over the whole screen, for a day


def form_of(placement: str, pictures: int) -> Form:
    """The form of a post in this place ("feed" or "story") with so many pictures."""
    if placement == "story":
        return Form.STORY
    return Form.TEXT if pictures == 0 else Form.PHOTO if pictures == 1 else Form.ALBUM


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes in one form: one table for the page, the preview, the check, the caption brief, the docs.

    Lengths in characters as the platform counts them, sizes in bytes, ratios as width / height, times in seconds.
    """

    text: int  # hard limit; 0: no words at all
    sweet_spot: int  # what reads well
    hashtags: int  # hard limit
    mentions: int
    alt_text: int
    min_ratio: float
    max_ratio: float
    min_width: int
    max_width: int
    max_height: int
    max_bytes: int
    parts: int = 1  # at most so many pictures
    one_shape: bool = False  # they cut all pictures to the shape of the first
    needs_address: bool = False  # they fetch the pictures from us: it needs a public address
    useful_hashtags: int = 5  # what they make something of; more goes out, with a warning before
    count: str = "characters"  # or "utf8": bytes in UTF-8
    settle: int = 300  # a "not there" counts only this long after the call's deadline


def as_story(photo: Limits) -> Limits:
    """A story is a picture and nothing else, in the shape of a phone: 9:16, other shapes are cut or get a border."""
    wordless = replace(photo, text=0, sweet_spot=0, hashtags=0, mentions=0, alt_text=0)
    return replace(wordless, min_ratio=9 / 16, max_ratio=9 / 16, max_width=1080, max_height=1920)


class Label(StrEnum):
    """What people have to be told of a post."""

    AI = "ai"
    ADULT = "adult"


class OptionKind(StrEnum):
    """What is chosen: one of several, a line of text, or yes and no."""

    CHOICE = "choice"
    TEXT = "text"
    FLAG = "flag"


NO_DEFAULT = object()  # of an option: nobody may choose it but the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that a person may choose for a post in one of these forms: one table for form, check and docs.

    `name`: under which it is kept for ever, and sent. `default`: what holds where nobody has chosen; "" and False are
    not sent at all. `choices`: of a CHOICE, what is sent and what people read. `most`: of a TEXT, in characters, none
    of which is in `without`. `scope`: the permission of the login that it needs.

    What people read is marked for translation, and translated where it is shown.
    """

    name: str
    kind: OptionKind
    label: Message
    forms: frozenset[Form]
    default: Json
    help: Message = ""
    choices: tuple[tuple[str, Message], ...] = ()
    most: int = 0
    without: str = ""
    scope: str = ""

    @property
    def has_default(self) -> bool:
        """Whether something holds where nobody has chosen."""
        return self.default is not NO_DEFAULT
