"""The account that describes pictures: an address, a key and a model. What is wrong with it is wrong with no picture.

A refused key, used-up credit, an unknown model: nothing more is asked of the account, its owner is told once, and after
a minute (then two, four, at most eight) one picture tries it. When that is answered, the others follow.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet

from accounts.ai_keys import own_key, own_keys
from accounts.ai_services import SERVICES
from accounts.models import User
from accounts.notices import warn_once
from poster import clock
from poster.errors import OutsideError, RateLimited, Suspended, Unauthorized
from poster.http import turnstile
from poster.models import Rest
from poster.work import cooldowns
from watches.models import Asset, Watch
from writing.captioners import CAPTIONERS, Key
from writing.captioners.faults import OF_THE_MODEL, Fault
from writing.keys import KEYLESS, key_for

PAUSE = cooldowns.Pause(first=dt.timedelta(minutes=1), most=dt.timedelta(minutes=8), trial=dt.timedelta(minutes=3))
PREFIX = "ai:"  # of the names of what is held
Use = tuple[UUID, str, str]  # owner, captioner, model: what decides which account a watch asks
AT_LEAST = 20.0  # seconds that a limit rests it when they do not say for how long


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a watch asks, and with what."""

    captioner: str
    key: Key
    owner_id: UUID

    @property
    def whole(self) -> str:
        """What a refused key or an empty purse holds."""
        return f"{PREFIX}{cooldowns.digest(self.captioner, self.key.base_url, self.key.secret)}"

    @property
    def model(self) -> str:
        """What an unknown model holds: the others of the account go on."""
        return (
            f"{PREFIX}{cooldowns.digest(self.captioner, self.key.base_url, self.key.secret, self.key.model, 'model')}"
        )

    @property
    def keys(self) -> list[str]:
        return [] if self.captioner in KEYLESS else [self.whole, self.model]

    @property
    def scopes(self) -> turnstile.Scopes:
        """What rests when it is asked too often."""
        return turnstile.Scopes(app=f"limit:{self.whole}" if self.keys else "")

    def check(self) -> None:
        """Raise RateLimited while it rests: they said for how long."""
        turnstile.check(self.scopes, CAPTIONERS.label(self.captioner))

    def stops(self, asset: Asset) -> Rest | None:
        """What keeps this picture waiting; None when nothing does, or the one try is its own."""
        return cooldowns.held(dict.fromkeys(self.keys, PAUSE), asset.pk)

    def hold(self, error: Unauthorized | Suspended, asset: Asset) -> Rest:
        """It refused this picture for what is no fault of the picture. Its people are told once."""
        code = error.code or Fault.KEY.value
        key = self.model if code in OF_THE_MODEL else self.whole
        rest = cooldowns.hold(key, PAUSE, code=code, sentence=error.sentence, holder=asset.pk)
        self._tell_pictures(rest)
        self._tell(rest)
        return rest

    def is_held(self) -> bool:
        """Whether nothing but one try is made of it now."""
        return cooldowns.waits(self.keys) is not None

    def others_wait(self, asset: Asset) -> bool:
        """Whether somebody else could make the next try."""
        return Asset.objects.wordless().filter(watch__captioner=self.captioner).exclude(pk=asset.pk).exists()

    def limit(self, error: RateLimited) -> None:
        """It asked us to slow down: all that use it wait."""
        if self.keys:
            cooldowns.announce(self.scopes.app, max(error.retry_after or 0.0, AT_LEAST), code=error.trace.code)

    def is_well(self) -> bool:
        """It answered. Whether anything was held."""
        return cooldowns.let_go_held(self.keys)

    def _tell_pictures(self, rest: Rest) -> None:
        """Those of this person that wait for it: none of them has to ask to be told so."""
        waiting = Asset.objects.wordless().filter(owner_id=self.owner_id, watch__captioner=self.captioner)
        if rest.key == self.model:
            waiting = waiting.filter(watch__model=self.key.model)
        waiting.update(reason=told(rest))

    def _tell(self, rest: Rest) -> None:
        if settings.PRACTICE:
            return
        name = CAPTIONERS.label(self.captioner)
        for person in self._people():
            warn_once(
                person,
                about=f"{rest.key}:{rest.since:%Y%m%d%H%M}",
                subject=f"{name} does not write captions at the moment",
                words=f"{rest.sentence}\n\nThe pictures wait, none is lost. {name} is tried again every few minutes.",
            )

    def _people(self) -> list[User]:
        """Whose key it is: the person's own, or the operators'."""
        own = self.captioner in SERVICES and own_key(self.owner_id, self.captioner) == self.key.secret
        people = User.objects.filter(is_active=True)
        return list(people.filter(pk=self.owner_id) if own else people.filter(is_superuser=True))


@dataclass(frozen=True, slots=True)
class Held:
    """An account that describes nothing at the moment, and how many pictures wait for it."""

    name: str
    rest: Rest
    waiting: int

    @property
    def sentence(self) -> str:
        return told(self.rest)


def account_of(watch: Watch, owner_id: UUID) -> Account:
    """Raises Unauthorized when there is no key."""
    return Account(watch.captioner, key_for(watch.captioner, owner_id, watch.model), owner_id)


def told(rest: Rest) -> str:
    """For people: what is wrong, and when we try again."""
    return cooldowns.told_of_one(rest, "picture")


def held_accounts(owner_id: UUID | None = None) -> list[Held]:
    """What is held of one person's accounts, or of all; each account once."""
    rests = _rests()
    users = _users(owner_id) if rests else {}
    found: dict[str, Held] = {}
    waiting = _waiting(owner_id) if rests else {}
    for user, account in users.items():
        mine = [rests[key] for key in account.keys if key in rests]
        if mine:
            rest = max(mine, key=lambda rest: rest.until)
            already = found[rest.key].waiting if rest.key in found else 0
            found[rest.key] = Held(CAPTIONERS.label(account.captioner), rest, already + waiting.get(user, 0))
    return list(found.values())


def askable(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Without those that wait for their account and know it, but for the one that makes the try."""
    now = clock.now()
    rests = {key: rest for key, rest in _rests().items() if rest.until > now}
    shut: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for (owner_id, captioner, model), account in (_users() if rests else {}).items():
        if not rests.keys().isdisjoint(account.keys):
            shut[captioner, model].add(owner_id)
    trying = [rest.holder for rest in rests.values() if rest.holder]
    for (captioner, model), owners in shut.items():
        told = ~Q(reason="") & ~Q(pk__in=trying)
        rows = rows.exclude(told, watch__captioner=captioner, watch__model=model, owner_id__in=owners)
    return rows


def _rests() -> dict[str, Rest]:
    held = Rest.objects.filter(kind=Rest.Kind.HELD, key__startswith=PREFIX)
    return {rest.key: rest for rest in held}


def _users(owner_id: UUID | None = None) -> dict[Use, Account]:
    """Who uses which account, in the order of their first watches; those without a key use none."""
    watches = Watch.objects.exclude(state=Watch.State.PAUSED).exclude(captioner__in=KEYLESS)
    watches = watches if owner_id is None else watches.filter(owner_id=owner_id)
    rows = watches.order_by().values_list("owner_id", "captioner", "model").annotate(first=Min("created_at"))
    users = [(owner, captioner, model) for owner, captioner, model, _ in rows.order_by("first")]
    own = own_keys({owner for owner, _, _ in users})
    found = {}
    for owner, captioner, model in users:
        with contextlib.suppress(OutsideError):  # no key at all: that is told elsewhere
            found[owner, captioner, model] = Account(captioner, key_for(captioner, owner, model, own=own), owner)
    return found


def _waiting(owner_id: UUID | None) -> dict[Use, int]:
    """How many pictures want words, of the watches that look."""
    rows = Asset.objects.wordless().filter(watch__isnull=False).exclude(watch__state=Watch.State.PAUSED)
    rows = rows if owner_id is None else rows.filter(owner_id=owner_id)
    grouped = rows.order_by().values_list("watch__owner_id", "watch__captioner", "watch__model")
    return {(owner, captioner, model): number for owner, captioner, model, number in grouped.annotate(Count("pk"))}


def why(asset: Asset) -> str:
    """Why this picture waits for its words, where its account is what is wrong; "" else."""
    if asset.watch is None or asset.state != Asset.State.READY or hasattr(asset, "caption"):
        return ""
    rest = _held(asset.watch)
    return told(rest) if rest else ""


def _held(watch: Watch) -> Rest | None:
    try:
        return cooldowns.waits(account_of(watch, watch.owner_id).keys)
    except OutsideError:
        return None  # no key at all: that is told elsewhere
