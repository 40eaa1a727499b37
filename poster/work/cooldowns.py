"""What outside wants no calls of ours for a while: told once, kept by every process (rows of `poster.Rest`).

    announced   they said for how long (a rate limit): the longest wait that anybody heard wins
    held        they refuse everything of an account, and nobody knows how long: after a pause that grows with each
                refusal, one holder makes one try. When that goes well the others follow; if not, nothing else was asked

Announced rests are kept where calls are made: see `poster.http.turnstile`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from poster import clock
from poster.models import Rest
from poster.reasons import Because, Reason, Term
from poster.reasons.rests import AskedToWait, HeldBeingTried, HeldNextTried, HeldUntil, NotSaid

POST, PICTURE = Term("one.post"), Term("one.picture")
LONGEST = dt.timedelta(days=1)
LIMIT, DOUBT = "limit:", "doubt:"  # held rows that nobody lets go when what they are about is never met again
KEPT = dt.timedelta(days=2)  # after its end, so that it can be told how long nobody could be asked


@dataclass(frozen=True, slots=True)
class Pause:
    """How long a refusal holds: `first`, doubled with each in a row, never more than `most`. `trial`: for one try."""

    first: dt.timedelta
    most: dt.timedelta
    trial: dt.timedelta

    def after(self, refusals: int) -> dt.timedelta:
        return min(self.first * (1 << min(max(refusals - 1, 0), 20)), self.most)


def digest(*parts: str) -> str:
    """A name for something secret that tells nothing about it."""
    return salted_hmac("poster.work.cooldowns", "\n".join(parts)).hexdigest()[:32]


# --- announced


def resting_until(keys: Iterable[str]) -> dt.datetime | None:
    """Until when the one that rests longest rests; None when none does."""
    return announced_until(rows(keys))


def last_rest(keys: Iterable[str]) -> dt.datetime | None:
    """When the latest rest of any of them ends, or has ended lately."""
    return max((row.until for row in rows(keys) if row.kind == Rest.Kind.ANNOUNCED), default=None)


def rows(keys: Iterable[str]) -> list[Rest]:
    """What is announced or held of these, or was lately; in the order of their keys.

    In SQL: it is asked before each call, and Django would need longer to say it than any database to answer.
    """
    wanted = [key for key in keys if key]
    if not wanted:
        return []
    places = ", ".join(["%s"] * len(wanted))
    return list(Rest.objects.raw(f"SELECT * FROM poster_rest WHERE key IN ({places}) ORDER BY key", wanted))  # noqa: S608


def announced_until(rests: Iterable[Rest]) -> dt.datetime | None:
    """The same as `resting_until`, from rows that were read."""
    now = clock.now()
    return max((row.until for row in rests if row.kind == Rest.Kind.ANNOUNCED and row.until > now), default=None)


def announce(key: str, seconds: float, *, code: str = "") -> None:
    """They said so. A longer rest that was announced before stays."""
    if not key or seconds <= 0:
        return
    until = clock.now() + min(dt.timedelta(seconds=seconds), LONGEST)
    shorter = Rest.objects.filter(key=key, kind=Rest.Kind.ANNOUNCED, until__lt=until)
    if shorter.update(until=until, code=code, since=clock.now()):
        return
    _made(key, Rest.Kind.ANNOUNCED, until=until, code=code)


def told(until: dt.datetime) -> Reason:
    """For people."""
    return AskedToWait(until=until)


# --- held


def hold(key: str, pause: Pause, *, code: str, reason: Reason | None = None, holder: UUID | None = None) -> Rest:
    """They refuse this account: nothing more is asked until one try is due. Who asks late prolongs nothing.

    `holder`: who was refused. Only the one that made the try counts another refusal; those that were on their way
    when it was held already change nothing.
    """
    now = clock.now()
    why = Rest.reason.columns(reason)
    first = {"code": code, **why, "until": now + pause.after(1), "refusals": 1, "since": now}
    if _made(key, Rest.Kind.HELD, **first):
        return Rest.objects.get(key=key)
    row = Rest.objects.filter(key=key).first() or Rest(key=key, kind=Rest.Kind.HELD, **first)
    if row.until <= now or (holder is not None and row.holder == holder):
        refusals = row.refusals + 1
        told = {"code": code, **why, "refusals": refusals, "until": now + pause.after(refusals)}
        Rest.objects.filter(key=key, until=row.until).update(holder=None, **told)
        row = Rest.objects.filter(key=key).first() or row
    return row


def held(pauses: Mapping[str, Pause], holder: UUID, among: Iterable[Rest] | None = None) -> Rest | None:
    """The row that keeps `holder` waiting; None when it may go on: nothing is held, or the one try is its own.

    `pauses`: of each key that may hold it up. `among`: rows that were read just now, in the order of their keys.
    """
    now, taken = clock.now(), list[Rest]()
    known = rows(pauses) if among is None else among
    holding = [row for row in known if row.key in pauses and row.kind == Rest.Kind.HELD]
    resting = [row for row in holding if row.until > now and row.holder != holder]
    if resting:  # as long as one of them rests, a try at another would be lost
        return max(resting, key=lambda row: row.until)
    for row in holding:
        if row.until > now:
            continue
        if not _tries(row, holder, now + pauses[row.key].trial):
            _give_back(taken, holder)
            return Rest.objects.filter(key=row.key).first() or row
        taken.append(row)
    return None


def _give_back(taken: Iterable[Rest], holder: UUID) -> None:
    """Its tries at these; somebody else has that at another of its keys."""
    for row in taken:
        Rest.objects.filter(key=row.key, holder=holder).update(holder=row.holder, until=row.until)


def let_go_proven(keys: Iterable[str], holder: UUID, sent_at: dt.datetime | None, pause: Pause) -> bool:
    """Something of `holder` that was sent at `sent_at` went well: what was held is over, unless they refused later.

    Whether anything was held.
    """
    rows = Rest.objects.filter(key__in=[key for key in keys if key], kind=Rest.Kind.HELD)
    proven = [row.key for row in rows if row.holder == holder or _refused_before(row, sent_at, pause)]
    return bool(proven and Rest.objects.filter(key__in=proven, kind=Rest.Kind.HELD).delete()[0])


def _refused_before(row: Rest, sent_at: dt.datetime | None, pause: Pause) -> bool:
    return row.holder is None and sent_at is not None and sent_at > row.until - pause.after(row.refusals)


def waits(keys: Iterable[str]) -> Rest | None:
    """What is held among these keys; asks for no try."""
    wanted = [key for key in keys if key]
    return Rest.objects.filter(key__in=wanted, kind=Rest.Kind.HELD).order_by("-until").first() if wanted else None


def _tries(row: Rest, holder: UUID, until: dt.datetime) -> bool:
    """Of all who ask at once, one gets the try."""
    return bool(Rest.objects.filter(key=row.key, until=row.until).update(holder=holder, until=until))


def let_go(keys: Iterable[str]) -> bool:
    """It is well again (a try went out, the account was connected anew). Whether anything was held."""
    there = [row.key for row in rows(keys)]  # nearly always nothing is held, and a deletion would be a commit
    return bool(there and Rest.objects.filter(key__in=there).delete()[0])


def let_go_held(keys: Iterable[str]) -> bool:
    """The same, and what was announced goes on: nobody but they can shorten that."""
    wanted = [key for key in keys if key]
    return bool(wanted and Rest.objects.filter(key__in=wanted, kind=Rest.Kind.HELD).delete()[0])


def try_now(keys: Iterable[str]) -> bool:
    """A person does not want to wait: one try is due at once. Whether anything was held."""
    wanted = [key for key in keys if key]
    held_rows = Rest.objects.filter(key__in=wanted, kind=Rest.Kind.HELD)
    return bool(held_rows.update(until=clock.now(), holder=None))


def postpone(key: str, pause: Pause) -> None:
    """Nobody answered the one who asked: it is asked again after as long a pause as before."""
    row = Rest.objects.filter(key=key, kind=Rest.Kind.HELD).first()
    if row is not None:
        Rest.objects.filter(key=key, until=row.until).update(until=clock.now() + pause.after(row.refusals), holder=None)


def let_go_beginning(key: str, *, containing: str) -> bool:
    """The same for all whose key begins so and has this in it."""
    return bool(Rest.objects.filter(key__startswith=key, key__contains=containing).delete()[0])


def forget() -> int:
    """Clear away what was over long ago: announced rests, limits that nobody has met since, doubts of before.

    What is held stays: it is let go by who is let in.
    """
    ours = Q(kind=Rest.Kind.ANNOUNCED) | Q(key__startswith=LIMIT) | Q(key__startswith=DOUBT)
    return Rest.objects.filter(ours, until__lt=clock.now() - KEPT).delete()[0]


def _made(key: str, kind: str, **columns: object) -> bool:
    try:
        with transaction.atomic():
            Rest.objects.create(key=key, kind=kind, **columns)
    except IntegrityError:
        return False
    return True


def told_of_one(rest: Rest, one: Term) -> Reason:
    """What they said, and when which is tried again. `one`: what is tried, such as `POST`."""
    said = Because(rest.reason or NotSaid())
    if rest.until <= clock.now():
        return HeldNextTried(said=said, one=one)
    if rest.holder is not None:
        return HeldBeingTried(said=said, one=one)
    return HeldUntil(said=said, one=one, until=rest.until)


def of(person: Any) -> QuerySet[Rest]:  # noqa: ANN401 - accounts.User, which stands above this
    """Limits of theirs that were met; accounts outside are checksums, and name nobody."""
    return Rest.objects.filter(key__contains=str(person.pk))
