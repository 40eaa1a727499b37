"""Who lets us in: the seam between a login and what it opens.

A provider is a class with these methods. It takes values and returns values; it sees no model and no setting.

    lengthen(grant, app)   → Grant     a first login of an hour made lasting, before anything is made from it
    identify(grant, app)   → Profile   whose login this is
    discover(grant, app)   → [Place]   the places it may publish to (empty for Drive)
    refresh(grant, app)    → Grant     a renewed login; Unauthorized when only a new login helps

`app` is the operator's own app at the provider; `NOBODY` when it is not known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol

from poster.registry import Registry


@dataclass(frozen=True, slots=True)
class App:
    """The operator's app at the provider."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)


NOBODY = App()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider let us have. Times in UTC."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: dt.datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose login it is, by the provider's id."""

    remote_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """One place a login opens for publishing. `missing`: the permissions that it still lacks, in their words."""

    platform: str
    remote_id: str
    name: str
    handle: str = ""
    token: str = field(default="", repr=False)
    missing: tuple[str, ...] = ()


class Provider(Protocol):
    """See the module's docstring: that is the law."""

    scopes: tuple[str, ...]
    renew_ahead: dt.timedelta  # how long before its end a login is renewed

    def lengthen(self, grant: Grant, app: App) -> Grant: ...

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile: ...

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]: ...

    def refresh(self, grant: Grant, app: App) -> Grant: ...


PROVIDERS: Registry[type[Provider]] = Registry(
    {
        "google": ("Google Drive", "accounts.providers.google:Google"),
        "facebook": ("Facebook", "accounts.providers.facebook:Facebook"),
        "instagram": ("Instagram", "accounts.providers.instagram:Instagram"),
        "threads": ("Threads", "accounts.providers.threads:Threads"),
    }
)
