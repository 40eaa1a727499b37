"""The things the outside can do to us, named by what we do next.

    OutsideError
    ├── Unavailable      it certainly did not happen; try again later
    │   └── RateLimited  too many calls; wait at least `retry_after` seconds
    ├── Refused          understood, and the answer is no; a person must act
    │   ├── Unauthorized the login or key is no longer accepted
    │   └── Suspended    no to everything of this account, for a while: it rests, then one try is made
    └── Unanswered       asked, never heard back: it may have happened

Clients translate what a vendor says into these. Nothing else may leave an adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from poster.reasons import Actor as Actor
from poster.reasons import Reason


class Reach(StrEnum):
    """What a rate limit rests: all that our app asks, one login, or one place (a Page and what is behind it)."""

    APP = "app"
    LOGIN = "login"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Trace:
    """What a vendor told us about one call: enough to ask their support, never a secret."""

    status: int | None = None
    code: str = ""
    subcode: str = ""
    trace_id: str = ""


class OutsideError(Exception):
    """A call to the outside did not do what we asked. `reason` says why; `str(error)` is that in words."""

    def __init__(self, reason: Reason, *, trace: Trace | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.trace = trace or Trace()

    def __str__(self) -> str:
        return str(self.reason)

    @property
    def sentence(self) -> str:
        """For people, in the language of whoever reads it."""
        return str(self.reason)


class Unavailable(OutsideError):
    """It did not happen. `retry_after` in seconds, when they told us."""

    def __init__(self, reason: Reason, *, retry_after: float | None = None, trace: Trace | None = None) -> None:
        super().__init__(reason, trace=trace)
        self.retry_after = retry_after


class RateLimited(Unavailable):
    """We called too often, or a quota is used up. `reach`: what has to rest; None: only what was asked for."""

    def __init__(
        self,
        reason: Reason,
        *,
        retry_after: float | None = None,
        trace: Trace | None = None,
        reach: Reach | None = None,
    ) -> None:
        super().__init__(reason, retry_after=retry_after, trace=trace)
        self.reach = reach


class Refused(OutsideError):
    """They understood and said no. `actor` says who can change that; `code`, which is ours, what is to be done."""

    def __init__(
        self, reason: Reason, *, code: str = "", actor: Actor | None = None, trace: Trace | None = None
    ) -> None:
        super().__init__(reason, trace=trace)
        self.actor = self.reason.actor if actor is None else actor
        self.code = code


class Unauthorized(Refused):
    """The login or key is expired, revoked, or lacks a permission."""


class Suspended(Refused):
    """No to everything of this account, for a while. `whole`: of the whole login, not of one place."""

    def __init__(
        self,
        reason: Reason,
        *,
        code: str = "",
        whole: bool = False,
        actor: Actor | None = None,
        trace: Trace | None = None,
    ) -> None:
        super().__init__(reason, code=code, actor=actor, trace=trace)
        self.code = code or self.reason.code
        self.whole = whole


class Unanswered(OutsideError):
    """Asked, and no clear answer came. It may have happened.

    `meant`: what the same answer would mean if nothing could have happened. It says something about the account, and
    nothing about whether it happened.
    """

    def __init__(self, reason: Reason, *, trace: Trace | None = None, meant: OutsideError | None = None) -> None:
        super().__init__(reason, trace=trace)
        self.meant = meant
