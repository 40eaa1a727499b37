"""Where we publish: the seam between a post and the place that shows it.

A platform publishes in steps that nobody sees, and one that everybody sees: `prepare`, `publish`, `find`, `permalink`,
as `outbox.protocol` has them; that is the law. Here is what it is given (`Request`), and what it takes (`Limits`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from outbox.protocol import (
    Accepted,
    Account,
    Adapter,
    Counting,
    Evidence,
    Json,
    Picturing,
    Receipt,
    Spoilt,
    Staged,
    Verdict,
)
from poster.reasons.rendering import Message
from poster.registry import Registry
from publishing.platforms.followers import ANY, Fold, Grid, Shown, Sign, Together
from publishing.platforms.forms import (
    NO_DEFAULT,
    Form,
    Label,
    Limits,
    Option,
    OptionKind,
    as_story,
    form_of,
)

__all__ = [
    "ANY",
    "NO_DEFAULT",
    "PLATFORMS",
    "Accepted",
    "Account",
    "Counting",
    "Evidence",
    "Fold",
    "Form",
    "Grid",
    "Json",
    "Label",
    "Layout",
    "Limits",
    "Listing",
    "Look",
    "Option",
    "OptionKind",
    "Part",
    "Picturing",
    "Platform",
    "Posted",
    "Receipt",
    "Request",
    "Shown",
    "Sign",
    "Spoilt",
    "Staged",
    "Together",
    "Verdict",
    "Visible",
    "as_story",
    "form_of",
    "icons",
]


class Layout(StrEnum):
    """How a preview is laid out."""

    WALL = "wall"  # words, then the picture over the whole width, then what can be pressed, in words
    GRID = "grid"  # the picture first, the words below it
    THREAD = "thread"  # words and a smaller picture beside the face


@dataclass(frozen=True, slots=True)
class Look:
    """How the platform looks here. `icon`: a symbol of the sprite, or the path of a drawing of 24 by 24.

    `actions`: what followers can press, in words (marked for translation); without any, three small pictures stand for
    them.
    """

    icon: str = "channels"
    layout: Layout = Layout.WALL
    actions: tuple[Message, ...] = ()
    dated: bool = False  # whether the line below the name tells when, instead of the handle


@dataclass(frozen=True, slots=True)
class Part:
    """One picture as it will be shown. It is read piece by piece, and never held whole by whoever calls the adapter.

    `read(offset, length)`: as many bytes as there are, at most `length`. `address()`: where they can fetch it, made
    when it is asked for; None when they need no address. Both raise Unavailable when that cannot be.
    """

    mime: str
    size: int
    sha256: str  # of exactly the bytes that are read
    width: int
    height: int
    read: Callable[[int, int], bytes] = field(repr=False)
    alt_text: str = ""
    address: Callable[[], str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be shown, frozen when it was approved. `ai`: made with AI, as far as we know.

    `parts` in their order; only `prepare` is given them. `options`: by the names that the platform declares.
    """

    form: Form
    text: str
    parts: tuple[Part, ...] = ()
    ai: bool = False
    options: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posted:
    """A post that an account shows. `picture`: where its first picture can be fetched, "" when nobody says."""

    remote_id: str
    words: str
    at: dt.datetime
    permalink: str = ""
    picture: str = ""


class Platform(Adapter[Request], Protocol):
    """`limits` has a row for each form that it takes, and `shown` one for each of these: what followers see."""

    limits: Mapping[Form, Limits]
    shown: Mapping[Form, Shown]
    labels: Mapping[Form, frozenset[Label]]
    options: tuple[Option, ...]
    look: Look


@runtime_checkable
class Listing(Protocol):
    """Platforms that list what an account shows: asked when we ourselves may have forgotten something."""

    def posted(self, account: Account, since: dt.datetime) -> Sequence[Posted]:
        """Everything since then, whoever posted it. Raises what keeps it from being read to its end."""
        ...


@runtime_checkable
class Visible(Protocol):
    """Platforms whose accounts have a page on the web, where a person can look for themselves."""

    def page(self, account_id: str, name: str) -> str:
        """Its address; "" when it cannot be told. `name`: what the account is called there, without a sign."""
        ...


def icons() -> dict[str, str]:
    """How each platform is drawn."""
    return {name: PLATFORMS[name].look.icon for name in PLATFORMS}


PLATFORMS: Registry[type[Platform]] = Registry(
    {
        "facebook": ("Facebook", "publishing.platforms.facebook:FacebookPage"),
        "instagram": ("Instagram", "publishing.platforms.instagram:Instagram"),
        "threads": ("Threads", "publishing.platforms.threads:Threads"),
    }
)
