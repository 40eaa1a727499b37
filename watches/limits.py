"""Where a person has as much as they may have: what is beyond waits, and goes on by itself when there is room again.

A limit that is met is a row of `poster.Rest`, for a minute. Then one picture asks again, and either it goes on, with
all that waited behind it, or another minute begins. Nothing that waits so loses its place, and none of it is a try.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import allowances
from accounts.local_time import read_by
from accounts.models import Notice, User
from accounts.notices import forget_mended, warn_once
from media.models import Blob
from poster import clock
from poster.manifests import asked
from poster.models import Rest
from poster.reasons import Reason
from poster.work import cooldowns, space
from watches.models import FoundFile
from watches.reasons.files import DayUsedUp, RoomUsedUp

PAUSE = cooldowns.Pause(*[dt.timedelta(minutes=1)] * 3)
SHOWN = dt.timedelta(minutes=2)  # after its minute: who asks again does so with the next round


class Limit(StrEnum):
    """What was met. For good: codes are stored."""

    DISK = space.CODE
    HELD = "held_bytes"
    DAY = "pictures_a_day"
    BUDGET = "ai_budget"  # of words: `publishing.describing.budgets`


FETCHING = (Limit.DISK, Limit.HELD, Limit.DAY)
Asked = tuple[Limit, str, Reason | None]  # the limit, the name that it is kept under, why it holds something up


@dataclass(frozen=True, slots=True)
class Met:
    """A limit that holds something up, where it is told. `person`: whose it is; None: of the whole install."""

    rest: Rest
    person: User | None
    waiting: int

    @property
    def sentence(self) -> str:
        return _("%(why)s Pictures that wait: %(number)d.") % {"why": self.rest.sentence, "number": self.waiting}


# --- asked before the work


def before_fetching(file: FoundFile) -> Reason | None:
    """Why these bytes cannot be taken in now; None when they can. Practice has no limits but the disk's."""
    for look in (_disk,) if settings.PRACTICE else (_disk, _day, _held):
        limit, key, reason = look(file)
        waiting = _found(None if limit == Limit.DISK else file.owner_id)
        if reason:
            return _met(key, limit, reason, waiting)
        _over(key, waiting)
    return None


def no_room_for(size: int) -> Reason | None:
    """Why the disk does not take so many bytes now; None when it does."""
    room = space.room()
    return None if room.holds(size) else room.reason


def _disk(file: FoundFile) -> Asked:
    return Limit.DISK, f"{allowances.PREFIX}{Limit.DISK}", no_room_for(file.size)


def _day(file: FoundFile) -> Asked:
    """A picture that was fetched today already, and is fetched again, is the same one."""
    person, most = file.owner, allowances.pictures(file.owner)
    others = FoundFile.objects.filter(owner=person, fetched_at__gte=allowances.day()).exclude(pk=file.pk)
    told = DayUsedUp(most=most) if others.count() >= most else None
    return Limit.DAY, allowances.key(Limit.DAY, person.pk), told


def _held(file: FoundFile) -> Asked:
    person, most = file.owner, allowances.held_bytes(file.owner)
    told = RoomUsedUp(most=space.gb(most)) if held_bytes(person.pk) + file.size > most else None
    return Limit.HELD, allowances.key(Limit.HELD, person.pk), told


HELD_BYTES = "watches.held_bytes"  # (owner_id) -> bytes that are held of a person besides their pictures


# --- how much it is


def held_bytes(owner_id: UUID) -> int:
    """Of originals, of what is made from them, and of copies that wait to be taken."""
    files = Blob.objects.filter(owner_id=owner_id).aggregate(all=Sum("size"))["all"]
    besides: int = sum(count(owner_id) for count in asked(HELD_BYTES))
    return (files or 0) + besides


# --- what is not even looked at for this minute


def fetchable(rows: QuerySet[FoundFile]) -> QuerySet[FoundFile]:
    """Without those that wait for room."""
    met = _now_met(*FETCHING)
    if any(parts[1] == Limit.DISK for parts in met):
        return rows.none()
    return rows.exclude(owner__in=[parts[2] for parts in met]) if met else rows


def _now_met(*limits: Limit) -> list[list[str]]:
    rows = Rest.objects.filter(key__startswith=allowances.PREFIX, code__in=limits, until__gt=clock.now())
    return [key.split(":") for key in rows.values_list("key", flat=True)]


# --- told


def all_met(person: User | None = None) -> list[Met]:
    """What holds up fetching now: for one person, or in the whole install."""
    rows = Rest.objects.filter(key__startswith=allowances.PREFIX, code__in=FETCHING, until__gt=clock.now() - SHOWN)
    mine = Q(code=Limit.DISK) | Q(key__contains=f":{person.pk}") if person else Q()
    found = [_told(rest, person) for rest in rows.filter(mine).order_by("key")]
    return [met for met in found if met.waiting]


def _told(rest: Rest, asks: User | None) -> Met:
    _prefix, code, *about = rest.key.split(":")
    if code == Limit.DISK:
        return Met(rest, None, _found(asks.pk if asks else None).count())
    person = User.objects.filter(pk=about[0]).first()
    return Met(rest, person, _found(UUID(about[0])).count())


def _found(owner_id: UUID | None = None) -> QuerySet[FoundFile]:
    rows = FoundFile.objects.filter(state=FoundFile.State.FOUND)
    return rows if owner_id is None else rows.filter(owner_id=owner_id)


def _met(key: str, limit: Limit, reason: Reason, waiting: QuerySet[FoundFile]) -> Reason:
    """All that wait for it say so, and its people are told once."""
    rest = cooldowns.hold(key, PAUSE, code=limit, reason=reason)
    told = rest.reason or reason
    columns = FoundFile.reason.columns(told)
    waiting.exclude(**columns).update(**columns)
    tell(rest, limit)
    return told


def _over(key: str, waiting: QuerySet[FoundFile]) -> None:
    rest = Rest.objects.filter(key=key).first()
    if rest is not None and cooldowns.let_go([key]):
        waiting.filter(reason_code=rest.reason_code).update(**FoundFile.reason.columns(None))
        if rest.code != Limit.DISK:
            forget_mended(f"{rest.code}:", owner=UUID(key.split(":")[2]))


SUBJECTS = {
    Limit.DISK: gettext_lazy("The disk of ai-poster is nearly full"),
    Limit.HELD: gettext_lazy("Pictures wait: there is no more room for yours"),
    Limit.BUDGET: gettext_lazy("Pictures wait: this month's budget for captions is used up"),
}


def tell(rest: Rest, limit: Limit) -> None:
    """Once a day at most, or once a month for money. A day's pictures go on by themselves the next day."""
    if limit not in SUBJECTS or settings.PRACTICE:
        return
    people = User.objects.filter(is_active=True)
    whose = people.filter(is_superuser=True) if limit == Limit.DISK else people.filter(pk=rest.key.split(":")[2])
    for person in whose:
        since = f"{allowances.month():%Y%m}" if limit == Limit.BUDGET else f"{rest.since:%Y%m%d}"
        kind = Notice.Kind.ALWAYS if limit == Limit.DISK else Notice.Kind.BUDGET
        with read_by(person):
            warn_once(person, kind=kind, about=f"{limit}:{since}", subject=str(SUBJECTS[limit]), words=rest.sentence)
