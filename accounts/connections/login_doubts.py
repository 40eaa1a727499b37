"""One refusal of a login or of a place's own token may be their error: so many in a row, each after its pause, are not.

A row of `poster.Rest` counts them, and holds the login or place meanwhile: it is told at once, one post (or look, or
picture) makes each try, and nobody else calls. While it is blocked the same row says when it is asked after. Only what
went well ends the count, so that whoever says "yes" when asked and "no" to every post is asked less and less.

Three refusals within three minutes are certain. Mistakes of theirs are over within seconds, or a minute or two; and
people should not wait longer to hear that they must act. To be wrong costs little: what is blocked is asked after four
minutes later, and goes on by itself (`revival`). To be late would leave everything waiting for nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet

from accounts.connections import wake_ups
from accounts.models import Channel, Credential
from accounts.reasons.logins import InDoubt, NothingKeepsIt
from poster import clock
from poster.errors import RateLimited
from poster.models import Rest
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.work import cooldowns

PREFIX = cooldowns.DOUBT
LOGIN, PLACE = f"{PREFIX}login:", f"{PREFIX}place:"
# A try lasts as long as two calls at most: what is laid down is ready within seconds.
PAUSE = cooldowns.Pause(first=dt.timedelta(minutes=1), most=dt.timedelta(days=1), trial=dt.timedelta(minutes=2))
CERTAIN = 3
FORGOTTEN = dt.timedelta(hours=1)  # after its pause: a refusal that nothing followed is none in a row
UNTRIED = dt.timedelta(minutes=3)  # after its pause; what waits for it makes the try within two rounds of a minute
Doubtful = Credential | Channel
LOOKED_UP, DOUBT_LOOKED_UP = "doubted_as_looked_up", "doubt_as_looked_up"
NOT_ASKED: Any = object()


def key(of: Doubtful) -> str:
    """The name of the count: of a login, or of a place's own token."""
    return f"{LOGIN if isinstance(of, Credential) else PLACE}{of.pk}"


def posted_with(channel: Channel) -> Doubtful:
    """Whose token it is that this place is posted to with."""
    return channel if channel.has_own_token or channel.lacks_token else channel.credential


def login_of(of: Doubtful) -> Credential:
    """The login itself, or the one that opened the place."""
    return of if isinstance(of, Credential) else of.credential


def check(of: Doubtful, holder: UUID | None = None) -> None:
    """Raise RateLimited while it is in doubt, and the one try is not `holder`'s; it may take it here. None: no try."""
    row = cooldowns.held({key(of): PAUSE}, holder) if holder else _paused(of)
    if row is not None:
        raise RateLimited(told(row), retry_after=left(row))


def _paused(of: Doubtful) -> Rest | None:
    row = cooldowns.waits([key(of)])
    return row if row is not None and row.until > clock.now() else None


def paused_until(of: Doubtful) -> dt.datetime | None:
    """Until when whoever makes no try does not ask it anything; None when it may be asked."""
    row = _paused(of)
    return row.until if row else None


def doubt(of: Doubtful) -> Rest | None:
    """What is told of it while it is in doubt; None when it is well, or blocked by now."""
    known = vars(of).get(LOOKED_UP, NOT_ASKED)
    row = cooldowns.waits([key(of)]) if known is NOT_ASKED else known
    return row if row is not None and is_told(of, row) else None


def all_rows() -> dict[str, Rest]:
    """Of everybody, by key. There are few."""
    return {row.key: row for row in Rest.objects.filter(key__startswith=PREFIX, kind=Rest.Kind.HELD)}


def looked_up(of: Doubtful, rows: dict[str, Rest]) -> None:
    """For a list that is about to ask of them all: `doubt` knows already."""
    setattr(of, LOOKED_UP, rows.get(key(of)))


def is_told(of: Doubtful, row: Rest) -> bool:
    """Whether this row, its own, makes it doubtful now."""
    return of.state == of.State.ACTIVE and (row.until > clock.now() or _is_fresh(row))


def _is_fresh(row: Rest) -> bool:
    return row.refusals < CERTAIN and clock.now() <= row.until + FORGOTTEN


def told(rest: Rest) -> InDoubt:
    """How often it was refused, and when it is tried again."""
    tried = rest.until if rest.until > clock.now() else None
    return InDoubt(refusals=rest.refusals, certain=CERTAIN, tried_at=tried, trying=rest.holder is not None)


def left(rest: Rest) -> float:
    """Seconds until the next try is surely due."""
    return max((rest.until - clock.now()).total_seconds(), 0) + 1


def is_too_early(of: Doubtful, holder: UUID | None) -> bool:
    """Whether one more refusal says no more than the last one: it was under way already."""
    row = _paused(of)
    return row is not None and (holder is None or row.holder != holder)


def renewed_since(login: Credential) -> bool:
    """Whether it was refused first, and renewed then."""
    row = cooldowns.waits([key(login)])
    return row is not None and login.refreshed_at >= row.since


def count(of: Doubtful, holder: UUID | None = None) -> bool:
    """One more refusal, of what `holder` tried; whether it is certain by now that only a person can help."""
    row = cooldowns.waits([key(of)])
    if row is not None and row.refusals < CERTAIN and not _is_fresh(row):
        cooldowns.let_go([key(of)])
    return cooldowns.hold(key(of), PAUSE, code=InDoubt.code, holder=holder).refusals >= CERTAIN


def begin(of: Doubtful) -> None:
    """It is blocked: from now on it is asked after. What was counted before goes on."""
    if cooldowns.waits([key(of)]) is None:
        cooldowns.hold(key(of), PAUSE, code=InDoubt.code)


def ask_later(of: Doubtful) -> None:
    """Nobody answered, so nothing is counted."""
    begin(of)
    cooldowns.postpone(key(of), PAUSE)


def accepted(of: Doubtful) -> bool:
    """It was let in: refusals of before do not count any more, and what waited moves. Whether there were any."""
    was_doubted = cooldowns.let_go([key(of)])
    if was_doubted:
        wake_ups.wake(login_of(of))
    return was_doubted


def accepted_all(them: Iterable[Doubtful]) -> None:
    """The same for several; whoever calls wakes what waited."""
    cooldowns.let_go([key(each) for each in them])


def resting_keys() -> set[str]:
    """Those that are not asked after yet."""
    rows = Rest.objects.filter(key__startswith=PREFIX, until__gt=clock.now())
    return set(rows.values_list("key", flat=True))


def untried() -> Iterator[Doubtful]:
    """In doubt, and nothing makes the try that is due."""
    rows = Rest.objects.filter(key__startswith=PREFIX, refusals__lt=CERTAIN, until__lt=clock.now() - UNTRIED)
    keys = set(rows.values_list("key", flat=True))
    yield from _logins(keys).filter(state=Credential.State.ACTIVE)
    yield from _places(keys).filter(state=Channel.State.ACTIVE)


# --- for people


@dataclass(frozen=True, slots=True)
class Doubt:
    """One login that is in doubt, or places that it opened. `rest`: of the one that is tried last."""

    login: Credential
    of: list[Doubtful]
    rest: Rest

    @property
    def sentence(self) -> str:
        places = ", ".join(str(each) for each in self.of if isinstance(each, Channel))
        return f"{places}: {told(self.rest)}" if places else str(told(self.rest))

    @property
    def whole(self) -> bool:
        """Whether it is the login itself."""
        return any(isinstance(each, Credential) for each in self.of)

    def channels(self) -> QuerySet[Channel]:
        """Those that nothing goes to meanwhile."""
        places = Channel.objects.filter(pk__in=[each.pk for each in self.of])
        return places | Channel.objects.filter(credential=self.login, token__isnull=True) if self.whole else places


def doubts(owner_id: UUID | None = None) -> list[Doubt]:
    """What is in doubt, of one person or of all; each login once."""
    rows = all_rows()
    found: dict[UUID, list[Doubtful]] = {}
    everything: list[Doubtful] = [*_logins(set(rows)), *_places(set(rows))]
    for each in everything:
        if is_told(each, rows[key(each)]) and (owner_id is None or each.owner_id == owner_id):
            found.setdefault(login_of(each).pk, []).append(each)
    lasts = ((them, max((rows[key(each)] for each in them), key=lambda row: row.until)) for them in found.values())
    return [Doubt(login_of(them[0]), them, last) for them, last in lasts]


def doubt_about(login: Credential) -> Doubt | None:
    """Of this login and the places that it opened."""
    known = vars(login).get(DOUBT_LOOKED_UP, NOT_ASKED)
    if known is NOT_ASKED:
        return next((each for each in doubts(login.owner_id) if each.login.pk == login.pk), None)
    return cast(Doubt | None, known)


def look_up(logins: Iterable[Credential]) -> None:
    """For a list that is about to ask of them all: `doubt_about` knows already."""
    found = {each.login.pk: each for each in doubts()}
    for login in logins:
        setattr(login, DOUBT_LOOKED_UP, found.get(login.pk))


def try_now(login: Credential, *, by: Caller) -> None:
    """A person does not want to wait: one try is due at once, of the login and of each of its places."""
    require_owner(login, by, Scope.ACCOUNT)
    about = doubt_about(login)
    if about is None or not cooldowns.try_now([key(each) for each in about.of]):
        raise NotPossible(NothingKeepsIt(name=str(login)))
    wake_ups.wake(login)


def _logins(keys: set[str]) -> QuerySet[Credential]:
    pks = [each.removeprefix(LOGIN) for each in keys if each.startswith(LOGIN)]
    return Credential.objects.filter(pk__in=pks).order_by("name")


def _places(keys: set[str]) -> QuerySet[Channel]:
    pks = [each.removeprefix(PLACE) for each in keys if each.startswith(PLACE)]
    return Channel.objects.filter(pk__in=pks).select_related("credential").order_by("name")
