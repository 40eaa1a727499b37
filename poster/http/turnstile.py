"""Before a call: does whoever owns this token rest? After it: keep what was announced, for all that it reaches.

Clients ask here, and know nothing of rows: `use` says who keeps the rests (`poster.work.cooldowns`, once Django is up).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from poster import clock
from poster.errors import RateLimited, Reach
from poster.reasons.outside import Resting

MOST_KNOWN = 10_000  # tokens whose owner is remembered


class Keeper(Protocol):
    """Who keeps the rests of all processes."""

    def resting_until(self, keys: Iterable[str]) -> dt.datetime | None: ...

    def announce(self, key: str, seconds: float, *, code: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Scopes:
    """To whom a token belongs: keys of rests. `place`: a Page with the Instagram account behind it; may be empty."""

    app: str = ""
    login: str = ""
    place: str = ""

    def keys(self) -> list[str]:
        """All of them, the widest first."""
        return [key for key in (self.app, self.login, self.place) if key]

    def at(self, reach: Reach) -> str:
        """The key of what a limit with this reach rests."""
        return {Reach.APP: self.app, Reach.LOGIN: self.login, Reach.PLACE: self.place or self.login}[reach]


_keeper: Keeper | None = None
_owners: dict[str, Scopes] = {}


def use(keeper: Keeper) -> None:
    """From now on the rests are kept there."""
    global _keeper
    _keeper = keeper


def belongs(token: str, scopes: Scopes) -> None:
    """Remember whose token this is, in this process."""
    if not token:
        return
    if len(_owners) >= MOST_KNOWN:
        _owners.clear()  # who uses one opens it first, and says so again
    _owners[token] = scopes


def scopes_of(token: str) -> Scopes:
    """Whose token it is; nobody's when nobody has said."""
    return _owners.get(token, Scopes())


def forget_tokens() -> None:
    """Forget whose any token is (tests)."""
    _owners.clear()


def check(scopes: Scopes, name: str) -> None:
    """Raise RateLimited while any of them rests. Nothing was sent."""
    keys = scopes.keys()
    until = _keeper.resting_until(keys) if keys and _keeper else None
    if until is not None:
        wait = (until - clock.now()).total_seconds()
        raise RateLimited(Resting(service=name, until=until), retry_after=max(wait, 1.0))


def announce(token: str, reach: Reach, seconds: float, *, code: str = "") -> None:
    """They announced a rest of so many seconds to who used this token."""
    key = scopes_of(token).at(reach)
    if key and _keeper:
        _keeper.announce(key, seconds, code=code)


def heed(token: str, limited: RateLimited) -> None:
    """Keep what a refusal announced for all that it reaches."""
    if limited.reach is not None and limited.retry_after:
        announce(token, limited.reach, limited.retry_after, code=limited.trace.code)
