"""Where a person has as much as they may have: what is beyond waits, and goes on by itself when there is room again.

A limit that is met is a row of `poster.Rest`, for a minute. Then one picture asks again, and either it goes on, with
all that waited behind it, or another minute begins. Nothing that waits so loses its place, and none of it is a try.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import ngettext

from accounts import allowances
from accounts.ai_services import SERVICES
from accounts.models import AiKey, User
from accounts.notices import warn_once
from poster import clock
from poster.manifests import asked
from poster.models import Rest
from poster.work import cooldowns, space
from watches.models import Asset, CaptionCall

PAUSE = cooldowns.Pause(*[dt.timedelta(minutes=1)] * 3)
SHOWN = dt.timedelta(minutes=2)  # after its minute: who asks again does so with the next round
# Where no price is known, US dollars for a token; where no answer came, so many tokens.
PRICE_IN, PRICE_OUT = Decimal(5) / 10**6, Decimal(20) / 10**6
TOKENS_IN, TOKENS_OUT = 2_000, 1_000


class Limit(StrEnum):
    """What was met. For good: codes are stored."""

    DISK = space.CODE
    HELD = "held_bytes"
    DAY = "pictures_a_day"
    BUDGET = "ai_budget"


@dataclass(frozen=True, slots=True)
class Met:
    """A limit that holds something up, where it is told. `person`: whose it is; None: of the whole install."""

    rest: Rest
    person: User | None
    waiting: int

    @property
    def sentence(self) -> str:
        return f"{self.rest.sentence} Pictures that wait: {self.waiting}."


# --- asked before the work


def before_fetching(asset: Asset) -> str:
    """Why these bytes cannot be taken in now; "" when they can. Practice has no limits but the disk's."""
    for look in (_disk,) if settings.PRACTICE else (_disk, _day, _held):
        limit, key, sentence = look(asset)
        waiting = _found(None if limit == Limit.DISK else asset.owner_id)
        if sentence:
            return _met(key, limit, sentence, waiting)
        _over(key, waiting)
    return ""


def _disk(asset: Asset) -> tuple[Limit, str, str]:
    room = space.room()
    return Limit.DISK, f"{allowances.PREFIX}{Limit.DISK}", "" if room.holds(asset.size) else room.sentence


def _day(asset: Asset) -> tuple[Limit, str, str]:
    """A picture that was fetched today already, and is fetched again, is the same one."""
    person, most = asset.owner, allowances.pictures(asset.owner)
    others = Asset.objects.filter(owner=person, fetched_at__gte=allowances.day()).exclude(pk=asset.pk)
    told = ngettext(*DAY, most) % most if others.count() >= most else ""
    return Limit.DAY, allowances.key(Limit.DAY, person.pk), told


def _held(asset: Asset) -> tuple[Limit, str, str]:
    person, most = asset.owner, allowances.held_bytes(asset.owner)
    told = HELD.format(most=space.gb(most)) if held_bytes(person.pk) + asset.size > most else ""
    return Limit.HELD, allowances.key(Limit.HELD, person.pk), told


def before_asking(asset: Asset, captioner: str) -> str:
    """Why no money may be spent on its words now; "" when it may."""
    if settings.PRACTICE or not paid_by_operator(captioner, asset.owner_id):
        return ""
    person = asset.owner
    key, waiting = allowances.key(Limit.BUDGET, person.pk, captioner), _wordless(person.pk, captioner)
    budget = allowances.ai_budget(person)
    if spent(person) >= budget:
        told = BUDGET.format(budget=f"{budget:g}", day=f"{allowances.next_month():%d %B}".lstrip("0"))
        return _met(key, Limit.BUDGET, told if budget else NO_BUDGET, waiting)
    _over(key, waiting)
    return ""


_WAIT = (
    "as many as you may have in a day. The others wait for tomorrow, the oldest first. The operator can allow you more."
)
DAY = (f"%d picture was fetched for you today, {_WAIT}", f"%d pictures were fetched for you today, {_WAIT}")
HELD = (
    "We hold {most} of pictures for you, as much as you may have. This one waits in its place until some of the others "
    "are out: approve or discard what waits for you, or ask the operator for more room."
)
HELD_BYTES = "watches.held_bytes"  # (owner_id) -> bytes that are held of a person besides their originals
BUDGET = (
    "The {budget} US dollars that captions with the operator's key may cost you in a month are used up. The pictures "
    "wait until {day}, or until the operator allows more. With a key of your own (AI keys) they go on at once."
)
NO_BUDGET = (
    "The operator pays for no captions of yours, so the pictures wait. Store a key of your own (AI keys), or choose "
    "another captioner for the watch."
)


# --- how much it is


def held_bytes(owner_id: UUID) -> int:
    """Of originals, of what is made from them, and of copies that wait to be taken."""
    originals = Asset.objects.filter(owner_id=owner_id, in_spool=True).aggregate(all=Sum("size"))["all"]
    besides: int = sum(count(owner_id) for count in asked(HELD_BYTES))
    return (originals or 0) + besides


def spent(person: User) -> Decimal:
    """US dollars of the operator's, in the present month."""
    calls = CaptionCall.objects.filter(owner=person, paid_by_operator=True, created_at__gte=allowances.month())
    unknown = Q(cost=None)
    found = calls.aggregate(
        known=Sum("cost"),
        asked=Sum("input_tokens", filter=unknown),
        answered=Sum("output_tokens", filter=unknown),
        silent=Count("pk", filter=unknown & Q(input_tokens=0, output_tokens=0)),
    )
    asked = int(found["asked"] or 0) + int(found["silent"]) * TOKENS_IN
    answered = int(found["answered"] or 0) + int(found["silent"]) * TOKENS_OUT
    known = Decimal(found["known"] or 0)
    return known + asked * PRICE_IN + answered * PRICE_OUT


def paid_by_operator(captioner: str, owner_id: UUID) -> bool:
    """Whether a call is made with a key of the operator's. A model's server that wants no key sends no bill."""
    if captioner in SERVICES:
        return not AiKey.objects.filter(owner_id=owner_id, captioner=captioner).exists()
    return captioner == "compatible" and bool(settings.AI_KEYS[captioner])


# --- what is not even looked at for this minute


def fetchable(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Without those that wait for room."""
    met = _now_met(Limit.DISK, Limit.HELD, Limit.DAY)
    if any(parts[1] == Limit.DISK for parts in met):
        return rows.none()
    return rows.exclude(owner__in=[parts[2] for parts in met]) if met else rows


def askable(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Without those whose words would cost what nobody may spend."""
    for _, _, owner, captioner in _now_met(Limit.BUDGET):
        rows = rows.exclude(owner_id=UUID(owner), watch__captioner=captioner)
    return rows


def _now_met(*limits: Limit) -> list[list[str]]:
    rows = Rest.objects.filter(key__startswith=allowances.PREFIX, code__in=limits, until__gt=clock.now())
    return [key.split(":") for key in rows.values_list("key", flat=True)]


# --- told


def all_met(person: User | None = None) -> list[Met]:
    """What holds something up now: for one person, or in the whole install."""
    rows = Rest.objects.filter(key__startswith=allowances.PREFIX, until__gt=clock.now() - SHOWN).order_by("key")
    mine = Q(code=Limit.DISK) | Q(key__contains=f":{person.pk}") if person else Q()
    found = [_told(rest, person) for rest in rows.filter(mine)]
    return [met for met in found if met.waiting]


def _told(rest: Rest, asks: User | None) -> Met:
    _, code, *about = rest.key.split(":")
    if code == Limit.DISK:
        return Met(rest, None, _found(asks.pk if asks else None).count())
    person = User.objects.filter(pk=about[0]).first()
    waiting = _wordless(UUID(about[0]), about[1]) if code == Limit.BUDGET else _found(UUID(about[0]))
    return Met(rest, person, waiting.count())


def _found(owner_id: UUID | None = None) -> QuerySet[Asset]:
    rows = Asset.objects.filter(state=Asset.State.FOUND)
    return rows if owner_id is None else rows.filter(owner_id=owner_id)


def _wordless(owner_id: UUID, captioner: str) -> QuerySet[Asset]:
    return Asset.objects.wordless().filter(owner_id=owner_id, watch__captioner=captioner)


def _met(key: str, limit: Limit, sentence: str, waiting: QuerySet[Asset]) -> str:
    """All that wait for it say so, and its people are told once."""
    rest = cooldowns.hold(key, PAUSE, code=limit, sentence=sentence)
    waiting.exclude(reason=rest.sentence).update(reason=rest.sentence)
    _tell(rest, limit)
    return rest.sentence


def _over(key: str, waiting: QuerySet[Asset]) -> None:
    rest = Rest.objects.filter(key=key).first()
    if rest is not None and cooldowns.let_go([key]):
        waiting.filter(reason=rest.sentence).update(reason="")


SUBJECTS = {
    Limit.DISK: "The disk of ai-poster is nearly full",
    Limit.HELD: "Pictures wait: there is no more room for yours",
    Limit.BUDGET: "Pictures wait: this month's budget for captions is used up",
}


def _tell(rest: Rest, limit: Limit) -> None:
    """Once a day at most, or once a month for money. A day's pictures go on by themselves the next day."""
    if limit not in SUBJECTS or settings.PRACTICE:
        return
    people = User.objects.filter(is_active=True)
    whose = people.filter(is_superuser=True) if limit == Limit.DISK else people.filter(pk=rest.key.split(":")[2])
    for person in whose:
        since = f"{allowances.month():%Y%m}" if limit == Limit.BUDGET else f"{rest.since:%Y%m%d}"
        warn_once(person, about=f"{limit}:{since}", subject=SUBJECTS[limit], words=rest.sentence)
