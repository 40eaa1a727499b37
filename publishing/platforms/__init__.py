"""Where we publish: the seam between a post and the place that shows it.

A platform publishes in steps that nobody sees, and one that everybody sees.

    prepare(account, request, so_far) → Staged    one request: a little more is laid down. Nothing is public yet; any
                                                  step may be repeated. `Staged()` is the beginning; waiting is a step,
                                                  too (`wait`). What is `ready` may be asked about once more before it
                                                  is shown. `Spoilt` when something has to be laid down again, `Untold`
                                                  when they refuse to say how far they are
    publish(account, request, staged) → Receipt | Accepted    the one call that cannot be taken back, nothing after it
    find(account, request, staged, since, accepted) → [Evidence]    did it happen after all, or how far is it? Errors
                                                  of its own are "no answer", never raised
    permalink(account, remote_id) → str           where people see it; asked for later, changes nothing

Adapters take values and return values; they see no model, no setting, no transaction, and never sleep. Everything
they raise is one of `poster.errors`. At `publish`, a `Refused`, `Unavailable` or `RateLimited` says "this certainly had
no effect": only codes on the adapter's short proven list may be said so. Everything else is `Unanswered`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from poster.errors import Refused, Trace
from poster.reasons import Reason
from poster.registry import Registry
from publishing.platforms.forms import (
    NO_DEFAULT,
    Form,
    Json,
    Label,
    Limits,
    Option,
    OptionKind,
    as_story,
    form_of,
)

__all__ = ["NO_DEFAULT", "Form", "Json", "Label", "Limits", "Option", "OptionKind", "as_story", "form_of"]


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
class Account:
    """Who speaks; nothing of a post. `login`: the provider that opened the channel."""

    remote_id: str
    token: str = field(repr=False)
    login: str = ""
    app_secret: str = field(default="", repr=False)


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
class Staged:
    """How far the invisible part is.

    `keys`: whatever the adapter needs to go on, kept sealed. `refs`: ids that open nothing, for the ledger and for
    `find`. `done` of `total`: bytes or pieces, for people. `wait`: seconds until the next step is worth it.
    `redone`: how often something had to be laid down again. `ready`: only the call that shows it is left, and that
    call carries `commit_bytes`.
    """

    keys: Mapping[str, Json] = field(default_factory=dict, repr=False)
    refs: tuple[str, ...] = ()
    done: int = 0
    total: int = 0
    wait: float = 0
    expires_at: dt.datetime | None = None
    redone: int = 0
    ready: bool = False
    commit_bytes: int = 0


class Spoilt(Refused):
    """Something that we laid down has expired or was spoilt, and certainly was not shown: lay it down again.

    `left`: what can be gone on with; None: nothing.
    """

    def __init__(self, reason: Reason | str, *, left: Staged | None = None, trace: Trace | None = None) -> None:
        super().__init__(reason, trace=trace)
        self.left = left


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that it is there. `remote_id` may be "" when it is certainly there but not which one."""

    remote_id: str
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """They have all of it, and say that they will show it. `operation`: what they call that.

    `wait`: seconds until it is worth asking how far they are. `horizon`: after that a person has to look.
    """

    operation: str
    wait: float
    horizon: dt.timedelta


class Verdict(StrEnum):
    """What one source says about whether it happened."""

    THERE = "there"
    NOT_THERE = "not there"
    FAILED = "failed"  # they tried, and it certainly is not out
    UNDER_WAY = "under way"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source's word. `authoritative`: it knows for certain (a container's own status), not only a listing.

    `again`: of FAILED, whether another try may go well.
    """

    source: str
    verdict: Verdict
    said: str
    authoritative: bool = False
    receipt: Receipt | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """A post that an account shows. `picture`: where its first picture can be fetched, "" when nobody says."""

    remote_id: str
    words: str
    at: dt.datetime
    permalink: str = ""
    picture: str = ""


class Platform(Protocol):
    """See the module's docstring: that is the law. `limits` has a row for each form that it takes.

    `labels`: by form, those that there is a field for.
    """

    limits: Mapping[Form, Limits]
    labels: Mapping[Form, frozenset[Label]]
    options: tuple[Option, ...]
    look: Look

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged: ...

    def publish(self, account: Account, request: Request, staged: Staged) -> Receipt | Accepted: ...

    def find(
        self, account: Account, request: Request, staged: Staged, since: dt.datetime, accepted: str
    ) -> Sequence[Evidence]: ...

    def permalink(self, account: Account, remote_id: str) -> str: ...


@runtime_checkable
class Counting(Protocol):
    """Platforms that say how much of a daily quota is left. Numbers are theirs at run time, never ours."""

    def room_left(self, account: Account) -> int | None:
        """How many posts this account may still publish today; None when they do not say."""
        ...


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
        "facebook": ("Facebook Page", "publishing.platforms.facebook:FacebookPage"),
        "instagram": ("Instagram", "publishing.platforms.instagram:Instagram"),
        "threads": ("Threads", "publishing.platforms.threads:Threads"),
    }
)
