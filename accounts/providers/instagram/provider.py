"""Instagram Login: a professional account by itself, without a Facebook Page. Rules: Business Login for Instagram."""

from __future__ import annotations

from functools import partial
from typing import Any

from accounts.providers import NOBODY, About, App, CodeRefused, Grant, Guide, Place, Profile, RedirectRefused
from accounts.providers.companies import META
from accounts.providers.consent import SECONDS, code_exchanged, consent_address
from accounts.providers.meta import client as meta
from accounts.providers.meta.login import (
    RENEW_AHEAD,
    WARN_AHEAD,
    about_redirect,
    by_hand,
    first,
    lacking,
    lengthened,
    only_place,
    profile_of,
    renewed,
    wrong_app,
)
from poster.errors import OutsideError, Refused, Trace
from poster.http.client import Answer, Client
from poster.reasons import Reason, _
from poster.reasons.outside_logins import CodeNotTaken, NoLoginGiven

CONSENT = "https://www.instagram.com/oauth/authorize"
CODES = "https://api.instagram.com"
FIELDS = "id,user_id,username,name"
# What they say in `error_message` when it is our app that they do not know. There are no codes at this address.
OUR_APP = ("platform app", "application", "client_id", "client id", "client secret", "app id")


# What the operator does there. Source: Meta "Business Login for Instagram".
ABOUT = About(
    company=META,
    gets=_("Gets the words and pictures of posts to the Instagram accounts that you choose."),
    opens=_("A professional account without a Page."),
    guide=Guide(
        "https://developers.facebook.com/apps",
        (
            _("In your app: Instagram, API setup with Instagram login. It has an app id and secret of its own."),
            _("Business login settings: paste the redirect, deauthorise and data deletion addresses."),
            _(
                "App roles: add the account as an Instagram tester, and accept that on instagram.com under Apps and "
                "websites, Tester invites."
            ),
            _("Copy Instagram app id and secret into this page, and check them."),
        ),
        (_("The account must be a professional one (Business or Creator)."),),
        id_name=_("Instagram app id"),
    ),
    icon="instagram",
    tells_of_removal=True,
    practice=App("1000000000000002", "practice-instagram-secret"),
)


class Instagram:
    """The provider protocol. `user_id` names the account in paths; `id` is only our app's name for it."""

    about = ABOUT
    scopes = ("instagram_business_basic", "instagram_business_content_publish")
    words = {
        "instagram_business_basic": _("see your account's name and picture"),
        "instagram_business_content_publish": _("publish on your Instagram account"),
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
        """Without their own offer to go on with Facebook: tokens of such logins cannot be exchanged."""
        asked = {"state": state, "enable_fb_login": "0"} | ({"force_reauth": "true"} if again else {})
        return consent_address(CONSENT, app, back, ",".join(self.scopes), **asked)

    def exchange(self, app: App, code: str, back: str, verifier: str) -> Grant:
        client = Client(CODES, partial(_judge, "Instagram"), "Instagram", deadline=SECONDS)
        told = _unwrapped(code_exchanged(client, app, code, back))
        return first(told, "Instagram", _granted(told))

    def lengthen(self, grant: Grant, app: App) -> Grant:
        return lengthened(grant, app, meta.instagram(grant.access_token), "ig_exchange_token", "Instagram")

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        return profile_of(meta.instagram(grant.access_token).get("/me", fields=FIELDS), "user_id", "Instagram")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        told = meta.instagram(grant.access_token).get("/me", fields=FIELDS)
        profile = profile_of(told, "user_id", "Instagram")
        return [only_place("instagram", told, profile, lacking(self.scopes, grant))]

    def refresh(self, grant: Grant, app: App) -> Grant:
        """Sixty more days. Refused while the token is younger than a day; Unauthorized when it has ended."""
        graph = meta.instagram(grant.access_token)
        # They document the token as a parameter here.
        told = graph.get("/refresh_access_token", grant_type="ig_refresh_token", access_token=grant.access_token)
        return renewed(grant, told, "Instagram")

    def check(self, token: str, app: App) -> None:
        """The account has no token but the login's own."""

    def revoke(self, grant: Grant, app: App) -> Reason:
        return by_hand("Instagram", "Settings, then Website permissions, then Apps and websites")


def _unwrapped(told: dict[str, Any]) -> dict[str, Any]:
    """Documented as {"data": [{...}]}, recorded as {...}: both are taken."""
    rows = told.get("data")
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else told


def _granted(told: dict[str, Any]) -> tuple[str, ...]:
    """`permissions`: a list, or a text with commas."""
    given = told.get("permissions")
    names = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else []
    return tuple(str(name).strip() for name in names)


def _judge(name: str, method: str, answer: Answer) -> OutsideError | None:
    """Errors are not wrapped here: {"error_type", "code", "error_message"}."""
    said = str(answer.json().get("error_message") or "").lower()
    if not said:
        return meta.judge(name, method, answer)
    trace = Trace(answer.status, str(answer.json().get("error_type") or ""))
    if about_redirect(answer):
        return RedirectRefused(name, trace=trace)
    if any(words in said for words in OUR_APP):
        return wrong_app(name, trace)
    if "code" in said:
        return CodeRefused(CodeNotTaken(service=name), trace=trace)
    return Refused(NoLoginGiven(service=name), trace=trace)
