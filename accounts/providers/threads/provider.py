"""Threads' own login: one profile. Rules: Threads API, Get Access Tokens."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from accounts.providers import NOBODY, About, App, Grant, Guide, Place, Profile
from accounts.providers.companies import META
from accounts.providers.consent import SECONDS, code_exchanged, consent_address
from accounts.providers.meta import client as meta
from accounts.providers.meta.login import (
    RENEW_AHEAD,
    WARN_AHEAD,
    about_code,
    by_hand,
    first,
    lacking,
    lengthened,
    only_place,
    profile_of,
    renewed,
)
from poster.errors import OutsideError
from poster.http.client import Client
from poster.reasons import Reason, _

CONSENT = "https://threads.net/oauth/authorize"
CODES = "https://graph.threads.net"
FIELDS = "id,username,name"


# What the operator does there. Source: Meta "Threads API, Get Started".
ABOUT = About(
    company=META,
    gets=_("Gets the words and pictures of posts to the Threads profiles that you choose."),
    opens=_("Your profile."),
    guide=Guide(
        "https://developers.facebook.com/apps",
        (
            _("In your app: the Threads use case. It has an id and secret of its own. Add the permissions below."),
            _("Settings of the use case: paste the redirect address, and the Uninstall and Delete callback addresses."),
            _(
                "App roles: add the profile as a Threads tester, and accept that in Threads under Settings, Account, "
                "Website permissions, Invites."
            ),
            _("Copy Threads app id and secret into this page, and check them."),
        ),
        (_("Profiles that are not public may not be renewed by themselves."),),
        id_name=_("Threads app id"),
    ),
    icon="threads",
    tells_of_removal=True,
    practice=App("1000000000000003", "practice-threads-secret"),
)


class Threads:
    """The provider protocol."""

    about = ABOUT
    scopes = ("threads_basic", "threads_content_publish")
    words = {
        "threads_basic": _("see your profile's name and picture"),
        "threads_content_publish": _("publish on your Threads profile"),
    }
    for_posting = True
    own_tokens = ()
    pkce = False
    issuer = ""
    https_only = True
    renews = True
    renew_ahead = RENEW_AHEAD
    warn_ahead = WARN_AHEAD

    def authorize_url(self, app: App, back: str, state: str, verifier: str, *, again: bool = False) -> str:
        return consent_address(CONSENT, app, back, ",".join(self.scopes), state=state)

    def exchange(self, app: App, code: str, back: str, verifier: str) -> Grant:
        client = Client(CODES, partial(about_code, "Threads"), "Threads", deadline=SECONDS)
        grant = first(code_exchanged(client, app, code, back), "Threads")
        return replace(grant, scopes=_granted(grant.access_token))

    def lengthen(self, grant: Grant, app: App) -> Grant:
        return lengthened(grant, app, meta.threads(grant.access_token), "th_exchange_token", "Threads")

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        return profile_of(meta.threads(grant.access_token).get("/me", fields=FIELDS), "id", "Threads")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        told = meta.threads(grant.access_token).get("/me", fields=FIELDS)
        return [only_place("threads", told, profile_of(told, "id", "Threads"), lacking(self.scopes, grant))]

    def refresh(self, grant: Grant, app: App) -> Grant:
        """Sixty more days. Refused while the token is younger than a day; Unauthorized when it has ended."""
        graph = meta.threads(grant.access_token)
        # They document the token as a parameter here.
        told = graph.get("/refresh_access_token", grant_type="th_refresh_token", access_token=grant.access_token)
        return renewed(grant, told, "Threads")

    def check(self, token: str, app: App) -> None:
        """The profile has no token but the login's own."""

    def revoke(self, grant: Grant, app: App) -> Reason:
        return by_hand("Threads", "Settings, then Account, then Website permissions")


def _granted(token: str) -> tuple[str, ...]:
    """The exchange does not tell what was allowed. Nothing when they do not say now: that is found out later, then."""
    try:
        told = meta.threads(token).get("/debug_token", input_token=token)
    except OutsideError:
        return ()
    about = told.get("data")
    scopes = about.get("scopes") if isinstance(about, dict) else None
    return tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else ()
