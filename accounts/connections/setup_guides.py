"""What the operator does at each provider, once: where, which addresses to paste, and whether it worked.

Sources: Google "OAuth 2.0 for Web Server Applications" and "Setting up your OAuth consent screen"; Meta "Facebook
Login", "Business Login for Instagram", "Threads API, Get Started", "Data Deletion Request Callback".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from accounts.connections.authorization import callback_address, our_address, redirect_refused
from accounts.connections.meta_callbacks import PRODUCTS
from accounts.connections.provider_apps import app_of
from accounts.models import Credential, ProviderApp
from accounts.providers import PROVIDERS, CodeRefused, RedirectRefused
from poster import clock
from poster.errors import OutsideError, Refused

NO_CODE = "a-code-that-nobody-was-given"
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Guide:
    """What to do at one provider. `id_name`, `secret_name`: what they call it there; `variable`: in the environment."""

    console: str
    steps: tuple[str, ...]
    warnings: tuple[str, ...]
    id_name: str
    variable: str


GUIDES = {
    "google": Guide(
        "https://console.cloud.google.com/",
        (
            "Make a project that is used for nothing else: taking access back ends all that an account gave to it.",
            "APIs & Services, Library: enable the Google Drive API.",
            "OAuth consent screen, Audience: Internal if your Google account belongs to an organisation of yours, "
            "otherwise External.",
            "Data access: add the scope below.",
            "Clients, Create client, type Web application: paste the redirect address under Authorised redirect URIs.",
            "Copy client id and client secret into this page, and check them.",
        ),
        (
            "External and still in Testing: only test users that you list can connect (at most 100), and every login "
            'ends after 7 days. "Publish app" ends that.',
            "drive.readonly is a restricted scope: an app for people beyond your own needs Google's verification, and "
            "a security assessment every year.",
        ),
        "Client id",
        "GOOGLE_CLIENT",
    ),
    "facebook": Guide(
        "https://developers.facebook.com/apps",
        (
            "Create an app, with the use case to manage a Page, and Instagram content if you post there.",
            "App roles: add everybody whose Pages you use. For them Standard Access is enough, without a review.",
            "Facebook Login, Settings: paste the redirect address under Valid OAuth Redirect URIs, and the deauthorise "
            "and data deletion addresses in their fields.",
            "App settings, Basic: copy app id and app secret into this page, and check them.",
            "Publish the app.",
        ),
        (
            "As long as the app is in Development mode, posts go out and only people with a role in it see them.",
            "People without a role in the app can connect only after App Review and business verification.",
        ),
        "App id",
        "FACEBOOK_APP",
    ),
    "instagram": Guide(
        "https://developers.facebook.com/apps",
        (
            "In your app: Instagram, API setup with Instagram login. It has an app id and secret of its own.",
            "Business login settings: paste the redirect, deauthorise and data deletion addresses.",
            "App roles: add the account as an Instagram tester, and accept that on instagram.com under Apps and "
            "websites, Tester invites.",
            "Copy Instagram app id and secret into this page, and check them.",
        ),
        ("The account must be a professional one (Business or Creator).",),
        "Instagram app id",
        "INSTAGRAM_APP",
    ),
    "threads": Guide(
        "https://developers.facebook.com/apps",
        (
            "In your app: the Threads use case. It has an id and secret of its own. Add the permissions below.",
            "Settings of the use case: paste the redirect address, and the Uninstall and Delete callback addresses.",
            "App roles: add the profile as a Threads tester, and accept that in Threads under Settings, Account, "
            "Website permissions, Invites.",
            "Copy Threads app id and secret into this page, and check them.",
        ),
        ("Profiles that are not public may not be renewed by themselves.",),
        "Threads app id",
        "THREADS_APP",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one provider is set up here. `source`: "environment", "dashboard" or ""."""

    provider: str
    label: str
    client_id: str
    source: str
    secret_is_there: bool

    @property
    def ready(self) -> bool:
        return bool(self.client_id) and self.secret_is_there


def standing(provider: str) -> Standing:
    """Where id and secret of this provider come from. The secret itself is never told."""
    app = app_of(provider)
    from_outside = bool(settings.PROVIDER_APPS.get(provider, ("", ""))[0])
    source = "environment" if from_outside else "dashboard" if app.client_id else ""
    return Standing(provider, PROVIDERS.label(provider), app.client_id, source, bool(app.client_secret))


def addresses(provider: str) -> list[tuple[str, str]]:
    """What to paste at the provider: (what it is called there, the address)."""
    found = [("Redirect address", callback_address(provider))]
    if provider in PRODUCTS:
        found += [
            ("Deauthorise address", our_address() + reverse("meta_deauthorize", args=[provider])),
            ("Data deletion address", our_address() + reverse("meta_deletion", args=[provider])),
        ]
    return found


def obstacles(provider: str) -> list[str]:
    """What is in the way of connecting through this provider: our own address, or an app in Testing."""
    return [] if settings.PRACTICE else [*_of_our_address(provider), *_of_short_logins(provider)]


def _of_short_logins(provider: str) -> list[str]:
    """Google gives a login an end of seven days while the app is in Testing, and tells so with it."""
    soon = Credential.objects.filter(provider=provider, state=Credential.State.ACTIVE, ends_at__lt=clock.now() + WEEK)
    if provider != "google" or not soon.filter(practice=False).exists():
        return []
    return [
        "A Google login here ends within seven days. If it was connected lately, your app is still in Testing: publish "
        "it at Google, and let people connect again."
    ]


def _of_our_address(provider: str) -> list[str]:
    if not settings.PUBLIC_URL:
        return [
            "PUBLIC_URL is not set, so the addresses below are those of this machine. Set it in the environment to the "
            "address that your browser uses, start again, and come back."
        ]
    parts = urlsplit(settings.PUBLIC_URL)
    at_home = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and (PROVIDERS[provider].https_only or not at_home):
        return [f"{PROVIDERS.label(provider)} sends people back to https addresses only, and PUBLIC_URL is not one."]
    return []


def check(provider: str) -> str:
    """Ask the provider whether it knows our id and secret: with a code that cannot be, it complains about that first.

    Returns a sentence; raises Refused with one when id, secret or redirect address are wrong, and what else it says as
    it is. That the redirect address is right, nobody says before somebody connects.
    """
    name = PROVIDERS.label(provider)
    try:
        PROVIDERS[provider]().exchange(app_of(provider), NO_CODE, callback_address(provider), "0" * 43)
    except CodeRefused:
        return (
            f"{name} knows this app, and the secret is right. Whether it accepts our redirect address shows only when "
            f"somebody connects: enter exactly {callback_address(provider)} in the app there."
        )
    except RedirectRefused as error:
        raise Refused(redirect_refused(provider), actor=error.actor, trace=error.trace) from None
    raise Refused(f"{name} gave an answer that makes no sense. Check the id and the secret again in a minute.")


def keep(provider: str, client_id: str, client_secret: str) -> None:
    """Put id and secret down, sealed. An empty secret keeps the one that is there."""
    row = ProviderApp.objects.filter(provider=provider).first() or ProviderApp(provider=provider)
    row.client_id = client_id
    if client_secret:
        row.client_secret = client_secret
    row.save()


def sentence_of(error: OutsideError, provider: str) -> str:
    """What came of a check that failed."""
    if isinstance(error, Refused):
        return error.sentence
    return f"{PROVIDERS.label(provider)} could not be asked just now. Check again in a minute."
