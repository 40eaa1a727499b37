"""Who lets us in: the seam between a login and what it opens.

A provider is a class with these methods. It takes values and returns values; it sees no model and no setting.

    authorize_url(app, back, state, verifier, again=False)
                           → str       where a person's browser is sent to say yes; `again`: to be asked anew
    exchange(app, code, back, verifier)
                           → Grant     the first login for what the browser brought back; CodeRefused when that is bad,
                                       RedirectRefused when `back` is not what they have
    lengthen(grant, app)   → Grant     a first login of an hour made lasting, before anything is made from it
    identify(grant, app)   → Profile   whose login this is
    discover(grant, app)   → [Place]   the places it may publish to (empty for Drive)
    refresh(grant, app)    → Grant     a renewed login; Unauthorized when only a new login helps
    check(token, app)      → None      asks about a place's own token; Unauthorized when it is certainly dead
    revoke(grant, app)     → Reason    taken back at the provider: None; else what the person has to do there

`about` is what it says about itself to people. `app` is the operator's own app at the provider; `NOBODY` when it is not
known. `back` is our address that the browser comes back to; `state` and `verifier` (PKCE, RFC 7636) are random and
made by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from accounts.reasons.logins import NO_TOKEN as NO_TOKEN
from poster.errors import Refused, Trace
from poster.reasons import Reason, _
from poster.reasons.outside_logins import RedirectNotTaken
from poster.reasons.rendering import Message
from poster.registry import Registry


@dataclass(frozen=True, slots=True)
class App:
    """The operator's app at the provider."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)


NOBODY = App()
APP_ID = _("App id")
NOTHING_OPENED = _("Posting needs a professional account.")
MEANWHILE = _("After that nothing is posted through it.")
CALLED_CLIENT = {"google"}  # whose consoles call the operator's app a client


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider let us have. Times in UTC.

    `expires_at`: of the token. `ends_at`: of the permission, after which only a person can help; None: not known, or
    never.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: dt.datetime | None = None
    scopes: tuple[str, ...] = ()
    ends_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose login it is, by the provider's id. `scoped_id`: another id, which only our app gets to see."""

    remote_id: str
    name: str
    scoped_id: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One place a login opens for publishing. `missing`: the permissions that it still lacks, in their words.

    `NO_TOKEN` among them: they gave no token of its own for it.
    """

    platform: str
    remote_id: str
    name: str
    handle: str = ""
    token: str = field(default="", repr=False)
    missing: tuple[str, ...] = ()


class CodeRefused(Refused):
    """What the browser brought back is no good (any more). Our app itself was accepted."""


class RedirectRefused(Refused):
    """They do not accept the address that they send people back to. The operator has it entered at the provider."""

    def __init__(self, name: str, *, trace: Trace | None = None) -> None:
        super().__init__(RedirectNotTaken(service=name), trace=trace)


@dataclass(frozen=True, slots=True)
class Guide:
    """What the operator does at the provider, once. `id_name`: what they call the id of the operator's app there."""

    console: str
    steps: tuple[Message, ...]
    warnings: tuple[Message, ...] = ()
    id_name: Message = APP_ID


@dataclass(frozen=True, slots=True)
class DataAccess:
    """So long after a person was last there they let an app see these `platforms`; what comes then they do not say.

    `subject`, `words`: of the mail before, with %(login)s, %(when)s and %(names)s.
    """

    span: dt.timedelta
    platforms: tuple[str, ...]
    subject: Message
    words: Message


@dataclass(frozen=True, slots=True)
class About:
    """What a provider says about itself to people: on the pages of connecting and setting up, and on the privacy page.

    Its texts are marked, and put into a language by whoever shows them (`poster.reasons.rendering.sentence`).

    `company`: who is behind it; `gets`: what they get. `opens`: what a login opens. `icon`: the name of a symbol of the
    sprite, or the path of a drawing of 24 by 24. `meanwhile`: how it goes on after a login has ended.
    `tells_of_removal`: whether it tells us, by Meta's signed requests, who removed our app. `practice`: the app that
    the sandbox knows.
    """

    company: Message
    gets: Message
    opens: Message
    guide: Guide
    icon: str = "channels"
    opens_briefly: Message = ""  # in a list, where a login opens no channels
    nothing_opened: Message = NOTHING_OPENED
    meanwhile: Message = MEANWHILE
    tells_of_removal: bool = False
    data_access: DataAccess | None = None
    short_logins: Message = ""  # what it means that logins end within a week; "" where it means nothing
    practice: App = NOBODY


class Provider(Protocol):
    """See the module's docstring: that is the law."""

    about: About
    scopes: tuple[str, ...]
    words: Mapping[str, Message]  # scope or task -> what a person allows with it
    for_posting: bool  # whether it opens places to post to
    own_tokens: tuple[str, ...]  # platforms whose places are posted to with a token of their own, never the login's
    pkce: bool
    issuer: str  # what `iss` says in their answer (RFC 9207); "" when they name none
    https_only: bool  # whether people are sent back to https addresses alone
    renews: bool  # whether a login lives on without a person
    renew_ahead: dt.timedelta  # how long before its end a login is renewed
    warn_ahead: dt.timedelta  # how long before its end a person is told

    def authorize_url(self, app: App, back: str, state: str, verifier: str, *, again: bool = False) -> str: ...

    def exchange(self, app: App, code: str, back: str, verifier: str) -> Grant: ...

    def lengthen(self, grant: Grant, app: App) -> Grant: ...

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile: ...

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]: ...

    def refresh(self, grant: Grant, app: App) -> Grant: ...

    def check(self, token: str, app: App) -> None: ...

    def revoke(self, grant: Grant, app: App) -> Reason | None: ...


def setting(name: str) -> str:
    """How the settings of the operator's app there begin: `FACEBOOK_APP`, before `_ID` and `_SECRET`."""
    return f"{name.upper()}_{'CLIENT' if name in CALLED_CLIENT else 'APP'}"


def for_sources() -> list[str]:
    """Those whose logins open pictures to look at, and no place to post to."""
    return [name for name in PROVIDERS if not PROVIDERS[name].for_posting]


def for_posting() -> list[str]:
    """Those whose logins open places to post to."""
    return [name for name in PROVIDERS if PROVIDERS[name].for_posting]


def icons() -> dict[str, str]:
    """How each provider is drawn."""
    return {name: PROVIDERS[name].about.icon for name in PROVIDERS}


PROVIDERS: Registry[type[Provider]] = Registry(
    {
        "google": ("Google Drive", "accounts.providers.google.provider:Google"),
        "facebook": ("Facebook", "accounts.providers.facebook.provider:Facebook"),
        "instagram": ("Instagram", "accounts.providers.instagram.provider:Instagram"),
        "threads": ("Threads", "accounts.providers.threads.provider:Threads"),
    }
)
