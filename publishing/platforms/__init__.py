"""Where we publish: the seam between a post and the place that shows it.

A platform publishes in two steps: lay it down, then show it.

    prepare(draft)           → Handle    nothing is public yet; may be repeated; the handle is what they call it
    is_ready(draft, handle)  → bool      have they finished working on it? `HandleGone` when it can never be shown,
                                         `Untold` when they refuse to say, and to ask too early would have no effect
    publish(draft, handle)   → Receipt   the one call that cannot be taken back: one call, nothing after it
    find(draft, handle, since) → [Evidence]   did it happen after all? Errors of its own are "no answer", never raised
    permalink(draft, remote_id) → str    where people see it; asked for later, changes nothing

Adapters take values and return values; they see no model, no setting, no transaction, and never sleep. Everything
they raise is one of `poster.errors`. At `publish`, a `Refused`, `Unavailable` or `RateLimited` says "this certainly had
no effect": only codes on the adapter's short proven list may be said so. Everything else is `Unanswered`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from poster.errors import Refused, Unavailable
from poster.registry import Registry


class HandleGone(Refused):
    """What we prepared has expired or was spoilt, and certainly was not shown: prepare anew."""


class Untold(Unavailable):
    """They have it, and do not say how far they are. To show it too early is refused without effect."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: one table for the form, the preview, the check, the caption brief and the docs.

    Lengths in characters as the platform counts them, sizes in bytes, ratios as width / height, times in seconds.
    """

    text: int  # hard limit
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
    formats: tuple[str, ...] = ("JPEG",)
    needs_address: bool = False  # they fetch the picture from us: it needs a public address
    useful_hashtags: int = 5  # what they make something of; more goes out, with a warning before
    count: str = "characters"  # or "utf8": bytes in UTF-8
    settle: int = 300  # a "not there" counts only this long after the call's deadline
    handle_life: int = 20 * 3600  # after that we prepare anew


class Layout(StrEnum):
    """How a preview is laid out."""

    WALL = "wall"  # words, then the picture over the whole width, then what can be pressed, in words
    GRID = "grid"  # the picture first, the words below it
    THREAD = "thread"  # words and a smaller picture beside the face


@dataclass(frozen=True, slots=True)
class Look:
    """How the platform looks here. `icon`: a symbol of the sprite, or the path of a drawing of 24 by 24.

    `actions`: what followers can press, in words; without any, three small pictures stand for them.
    """

    icon: str = "channels"
    layout: Layout = Layout.WALL
    actions: tuple[str, ...] = ()
    dated: bool = False  # whether the line below the name tells when, instead of the handle


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture as it will be shown. `url` is set only when the platform fetches it.

    `ai_mark`: what the file says about having been made with AI, as a term of IPTC's DigitalSourceType; may be empty.
    """

    path: Path
    mime: str
    width: int
    height: int
    sha256: str
    alt_text: str = ""
    url: str = ""
    ai_mark: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a platform needs to know, and nothing it does not. `login`: the provider that opened the channel."""

    account_id: str
    token: str = field(repr=False)
    text: str
    media: tuple[Medium, ...]
    login: str = ""
    app_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that it is there. `remote_id` may be "" when it is certainly there but not which one."""

    remote_id: str
    permalink: str = ""


class Verdict(StrEnum):
    """What one source says about whether it happened."""

    THERE = "there"
    NOT_THERE = "not there"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source's word. `authoritative`: it knows for certain (a container's own status), not only a listing."""

    source: str
    verdict: Verdict
    said: str
    authoritative: bool = False
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A post that an account shows. `picture`: where its first picture can be fetched, "" when nobody says."""

    remote_id: str
    words: str
    at: dt.datetime
    permalink: str = ""
    picture: str = ""


class Platform(Protocol):
    """See the module's docstring: that is the law."""

    limits: Limits
    look: Look

    def prepare(self, draft: Draft) -> str: ...

    def is_ready(self, draft: Draft, handle: str) -> bool: ...

    def publish(self, draft: Draft, handle: str) -> Receipt: ...

    def find(self, draft: Draft, handle: str, since: dt.datetime) -> Sequence[Evidence]: ...

    def permalink(self, draft: Draft, remote_id: str) -> str: ...


@runtime_checkable
class Counting(Protocol):
    """Platforms that say how much of a daily quota is left. Numbers are theirs at run time, never ours."""

    def room_left(self, draft: Draft) -> int | None:
        """How many posts this account may still publish today; None when they do not say."""
        ...


@runtime_checkable
class Listing(Protocol):
    """Platforms that list what an account shows: asked when we ourselves may have forgotten something."""

    def posted(self, draft: Draft, since: dt.datetime) -> Sequence[Posted]:
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
        "facebook": ("Facebook Page", "publishing.platforms.facebook:FacebookPage"),
        "instagram": ("Instagram", "publishing.platforms.instagram:Instagram"),
        "threads": ("Threads", "publishing.platforms.threads:Threads"),
    }
)
