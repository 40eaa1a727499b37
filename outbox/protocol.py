"""What the engine and an adapter tell each other: values, and the law of the calls that take and return them.

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar, runtime_checkable

from poster.errors import Refused, Trace
from poster.reasons import Reason, Term

Json = Any  # what JSON can say


@dataclass(frozen=True, slots=True)
class Account:
    """Who speaks; nothing of a post. `login`: the provider that opened the channel."""

    remote_id: str
    token: str = field(repr=False)
    login: str = ""
    app_secret: str = field(default="", repr=False)


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

    def __init__(self, reason: Reason, *, left: Staged | None = None, trace: Trace | None = None) -> None:
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

    source: Term
    verdict: Verdict
    said: Reason  # in our words
    authoritative: bool = False
    receipt: Receipt | None = None
    again: bool = False


Request_contra = TypeVar(
    "Request_contra", contravariant=True
)  # what is asked for, as the kind and its adapters know it


class Adapter(Protocol[Request_contra]):
    """See the module's docstring: that is the law."""

    def prepare(self, account: Account, request: Request_contra, so_far: Staged) -> Staged: ...

    def publish(self, account: Account, request: Request_contra, staged: Staged) -> Receipt | Accepted: ...

    def find(
        self, account: Account, request: Request_contra, staged: Staged, since: dt.datetime, accepted: str
    ) -> Sequence[Evidence]: ...

    def permalink(self, account: Account, remote_id: str) -> str: ...


@runtime_checkable
class Counting(Protocol):
    """Platforms that say how much of a daily quota is left. Numbers are theirs at run time, never ours."""

    def room_left(self, account: Account) -> int | None:
        """How many posts this account may still publish today; None when they do not say."""
        ...


@runtime_checkable
class Picturing(Protocol):
    """Platforms that say where the pictures of what they show can be fetched. Their addresses end within hours."""

    def pictures(self, account: Account, remote_id: str) -> Sequence[str]:
        """Of this post, in its order; "" where they do not say. Asked for whoever looks, and kept by nobody."""
        ...
