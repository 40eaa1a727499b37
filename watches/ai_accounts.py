"""The account that describes pictures: an address, a key and a model. What is wrong with it is wrong with no picture.

A refused key, used-up credit, an unknown model: nothing more is asked of the account, its owner is told once, and after
a minute (then two, four, at most eight) one picture tries it. When that is answered, the others follow.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from accounts.ai_keys import own_key
from accounts.ai_services import SERVICES
from accounts.models import User
from accounts.warning import warn_once
from poster import resting, turnstile
from poster.errors import OutsideError, RateLimited, Suspended, Unauthorized
from poster.models import Rest
from watches.captioners import CAPTIONERS, Key
from watches.captioners.refusals import Fault
from watches.keys import KEYLESS, key_for
from watches.models import Asset, Watch

PAUSE = resting.Pause(first=dt.timedelta(minutes=1), most=dt.timedelta(minutes=8), trial=dt.timedelta(minutes=3))
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
        return f"ai:{resting.digest(self.captioner, self.key.base_url, self.key.secret)}"

    @property
    def model(self) -> str:
        """What an unknown model holds: the others of the account go on."""
        return f"ai:{resting.digest(self.captioner, self.key.base_url, self.key.secret, self.key.model, 'model')}"

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
        return resting.held(dict.fromkeys(self.keys, PAUSE), asset.pk)

    def hold(self, error: Unauthorized | Suspended, asset: Asset) -> Rest:
        """It refused this picture for what is no fault of the picture. Its people are told once."""
        code = error.code if isinstance(error, Suspended) else Fault.KEY.value
        key = self.model if code == Fault.MODEL else self.whole
        rest = resting.hold(key, PAUSE, code=code, sentence=error.sentence, holder=asset.pk)
        self._tell(rest)
        return rest

    def limit(self, error: RateLimited) -> None:
        """It asked us to slow down: all that use it wait."""
        if self.keys:
            resting.announce(self.scopes.app, max(error.retry_after or 0.0, AT_LEAST), code=error.trace.code)

    def is_well(self) -> bool:
        """It answered. Whether anything was held."""
        return resting.let_go_held(self.keys)

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
    return resting.told_of_one(rest, "picture")


def held_accounts(owner_id: UUID | None = None) -> list[Held]:
    """What is held of one person's accounts, or of all; each account once."""
    watches = Watch.objects.exclude(state=Watch.State.PAUSED).exclude(captioner__in=KEYLESS)
    watches = watches if owner_id is None else watches.filter(owner_id=owner_id)
    found: dict[str, Held] = {}
    for watch in watches.order_by("created_at"):
        rest = _held(watch)
        if rest is not None:
            already = found[rest.key].waiting if rest.key in found else 0
            found[rest.key] = Held(CAPTIONERS.label(watch.captioner), rest, already + _waiting(watch))
    return list(found.values())


def why(asset: Asset) -> str:
    """Why this picture waits for its words, where its account is what is wrong; "" else."""
    if asset.watch is None or asset.state != Asset.State.READY or hasattr(asset, "caption"):
        return ""
    rest = _held(asset.watch)
    return told(rest) if rest else ""


def _held(watch: Watch) -> Rest | None:
    try:
        return resting.waits(account_of(watch, watch.owner_id).keys)
    except OutsideError:
        return None  # no key at all: that is told elsewhere


def _waiting(watch: Watch) -> int:
    return watch.assets.filter(state=Asset.State.READY, caption__isnull=True, gone_at=None).count()
