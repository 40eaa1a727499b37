"""The five things the outside can do to us, named by what we do next.

    OutsideError
    ├── Unavailable      it certainly did not happen; try again later
    │   └── RateLimited  too many calls; wait at least `retry_after` seconds
    ├── Refused          understood, and the answer is no; a person must act
    │   └── Unauthorized the login or key is no longer accepted
    └── Unanswered       asked, never heard back: it may have happened

Clients translate what a vendor says into these. Nothing else may leave an adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    """We called too often, or a quota is used up."""


class Refused(OutsideError):
    """They understood and said no. `actor` says who can change that."""

    def __init__(self, sentence: str, *, actor: Actor = Actor.YOU, trace: Trace | None = None) -> None:
        super().__init__(sentence, trace=trace)
        self.actor = actor


class Unauthorized(Refused):
    """The login or key is expired, revoked, or lacks a permission."""


class Unanswered(OutsideError):
    """Asked, and no clear answer came. It may have happened."""
