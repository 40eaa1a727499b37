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


class Reach(StrEnum):
    """What a rate limit rests: all that our app asks, one login, or one place (a Page and what is behind it)."""

    APP = "app"
    LOGIN = "login"
    PLACE = "place"


class Actor(StrEnum):
    """Who has to do something before it can go on."""

    YOU = "you"
    OPERATOR = "operator"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Trace:
    """What a vendor told us about one call: enough to ask their support, never a secret."""

    status: int | None = None
    code: str = ""
    subcode: str = ""
    trace_id: str = ""


class OutsideError(Exception):
    """A call to the outside did not do what we asked. `str(error)` is a sentence for people."""

    def __init__(self, sentence: str, *, trace: Trace | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.trace = trace or Trace()


class Unavailable(OutsideError):
    """It did not happen. `retry_after` in seconds, when they told us."""

    def __init__(self, sentence: str, *, retry_after: float | None = None, trace: Trace | None = None) -> None:
        super().__init__(sentence, trace=trace)
        self.retry_after = retry_after


class RateLimited(Unavailable):
    """We called too often, or a quota is used up. `reach`: what has to rest; None: only what was asked for."""

    def __init__(
        self,
        sentence: str,
        *,
        retry_after: float | None = None,
        trace: Trace | None = None,
        reach: Reach | None = None,
    ) -> None:
        super().__init__(sentence, retry_after=retry_after, trace=trace)
        self.reach = reach


class Refused(OutsideError):
    """They understood and said no. `actor` says who can change that; `code`, which is ours, what is to be done."""

    def __init__(self, sentence: str, *, code: str = "", actor: Actor = Actor.YOU, trace: Trace | None = None) -> None:
        super().__init__(sentence, trace=trace)
        self.actor = actor
        self.code = code


class Unauthorized(Refused):
    """The login or key is expired, revoked, or lacks a permission."""


class Suspended(Refused):
    """No to everything of this account, for a while. `whole`: of the whole login, not of one place."""

    def __init__(
        self,
        sentence: str,
        *,
        code: str = "",
        whole: bool = False,
        actor: Actor = Actor.YOU,
        trace: Trace | None = None,
    ) -> None:
        super().__init__(sentence, code=code, actor=actor, trace=trace)
        self.whole = whole


class Unanswered(OutsideError):
    """Asked, and no clear answer came. It may have happened.

    `meant`: what the same answer would mean if nothing could have happened. It says something about the account, and
    nothing about whether it happened.
    """

    def __init__(self, sentence: str, *, trace: Trace | None = None, meant: OutsideError | None = None) -> None:
        super().__init__(sentence, trace=trace)
        self.meant = meant
