"""The account that describes pictures: an address, a key and a model. What is wrong with it is wrong with no picture.

A refused key, used-up credit, an unknown model: nothing more is asked of the account, its owner is told once, and after
a minute (then two, four, at most eight) one picture tries it. When that is answered, the others follow.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.ai_keys import own_key
from accounts.ai_services import SERVICES
from accounts.local_time import read_by
from accounts.models import User
from accounts.notices import warn_once
from poster.errors import RateLimited, Suspended, Unauthorized
from poster.http import turnstile
from poster.models import Rest
from poster.reasons import Reason
from poster.work import cooldowns
from writing.captioners import CAPTIONERS, Key
from writing.captioners.faults import OF_THE_MODEL, Fault
from writing.keys import KEYLESS, key_for
from writing.names import captioner_name

PAUSE = cooldowns.Pause(first=dt.timedelta(minutes=1), most=dt.timedelta(minutes=8), trial=dt.timedelta(minutes=3))
PREFIX = "ai:"  # of the names of what is held
AT_LEAST = 20.0  # seconds that a limit rests it when they do not say for how long


@dataclass(frozen=True, slots=True)
class Account:
    """Whom somebody's pictures are shown to, and with what."""

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

    def stops(self, subject: UUID) -> Rest | None:
        """What keeps this one waiting; None when nothing does, or the one try is its own."""
        return cooldowns.held(dict.fromkeys(self.keys, PAUSE), subject)

    def hold(self, error: Unauthorized | Suspended, subject: UUID) -> Rest:
        """It refused this one for what is no fault of the picture. Its people are told once."""
        code = error.code or Fault.KEY.value
        key = self.model if code in OF_THE_MODEL else self.whole
        rest = cooldowns.hold(key, PAUSE, code=code, reason=error.reason, holder=subject)
        self._tell(rest)
        return rest

    def is_held(self) -> bool:
        """Whether nothing but one try is made of it now."""
        return cooldowns.waits(self.keys) is not None

    def limit(self, error: RateLimited) -> None:
        """It asked us to slow down: all that use it wait."""
        if self.keys:
            cooldowns.announce(self.scopes.app, max(error.retry_after or 0.0, AT_LEAST), code=error.trace.code)

    def is_well(self) -> bool:
        """It answered. Whether anything was held."""
        return cooldowns.let_go_held(self.keys)

    def _tell(self, rest: Rest) -> None:
        if settings.PRACTICE:
            return
        for person in self._people():
            with read_by(person):
                told = {"captioner": captioner_name(self.captioner), "why": rest.sentence}
                subject = _("%(captioner)s does not write captions at the moment") % told
                words = _("%(why)s\n\nThe pictures wait, none is lost. %(captioner)s is tried again every few minutes.")
                warn_once(person, about=f"{rest.key}:{rest.since:%Y%m%d%H%M}", subject=subject, words=words % told)

    def _people(self) -> list[User]:
        """Whose key it is: the person's own, or the operators'."""
        own = self.captioner in SERVICES and own_key(self.owner_id, self.captioner) == self.key.secret
        people = User.objects.filter(is_active=True)
        return list(people.filter(pk=self.owner_id) if own else people.filter(is_superuser=True))


def account_of(captioner: str, owner_id: UUID, model: str) -> Account:
    """Raises Unauthorized when there is no key."""
    return Account(captioner, key_for(captioner, owner_id, model), owner_id)


def told(rest: Rest) -> Reason:
    """What is wrong, and when we try again."""
    return cooldowns.told_of_one(rest, cooldowns.PICTURE)
