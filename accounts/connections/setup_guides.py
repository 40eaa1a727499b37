"""What the operator does at each provider, once: where, which addresses to paste, and whether it worked.

Sources: Google "OAuth 2.0 for Web Server Applications" and "Setting up your OAuth consent screen"; Meta "Facebook
Login", "Business Login for Instagram", "Threads API, Get Started", "Data Deletion Request Callback".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.connections.authorization import callback_address, our_address, redirect_refused
from accounts.connections.provider_apps import app_of, from_outside
from accounts.models import Credential, ProviderApp
from accounts.providers import PROVIDERS, CodeRefused, Guide, RedirectRefused
from accounts.reasons.connecting import NoSense
from poster import clock
from poster.errors import OutsideError, Refused
from poster.reasons.rendering import sentence

NO_CODE = "a-code-that-nobody-was-given"
WEEK = dt.timedelta(days=7)


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
    source = "environment" if from_outside(provider).client_id else "dashboard" if app.client_id else ""
    return Standing(provider, PROVIDERS.label(provider), app.client_id, source, bool(app.client_secret))


def guide(provider: str) -> Guide:
    """What to do at the provider, in the language of whoever reads it."""
    told = PROVIDERS[provider].about.guide
    steps, warnings = (tuple(sentence(each, {}) for each in each_of) for each_of in (told.steps, told.warnings))
    return replace(told, steps=steps, warnings=warnings, id_name=sentence(told.id_name, {}))


def addresses(provider: str) -> list[tuple[str, str]]:
    """What to paste at the provider: (what it is called there, the address)."""
    found = [(_("Redirect address"), callback_address(provider))]
    if PROVIDERS[provider].about.tells_of_removal:
        found += [
            (_("Deauthorise address"), our_address() + reverse("meta_deauthorize", args=[provider])),
            (_("Data deletion address"), our_address() + reverse("meta_deletion", args=[provider])),
        ]
    return found


def obstacles(provider: str) -> list[str]:
    """What is in the way of connecting through this provider: our own address, or an app in Testing."""
    return [] if settings.PRACTICE else [*_of_our_address(provider), *_of_short_logins(provider)]


def _of_short_logins(provider: str) -> list[str]:
    """What it means there that a login ends within a week. (Google's do while the app is in Testing.)"""
    soon = Credential.objects.filter(provider=provider, state=Credential.State.ACTIVE, ends_at__lt=clock.now() + WEEK)
    told = PROVIDERS[provider].about.short_logins
    return [sentence(told, {})] if told and soon.filter(practice=False).exists() else []


def _of_our_address(provider: str) -> list[str]:
    if not settings.PUBLIC_URL:
        return [
            _(
                "PUBLIC_URL is not set, so the addresses below are those of this machine. Set it in the environment to "
                "the address that your browser uses, start again, and come back."
            )
        ]
    parts = urlsplit(settings.PUBLIC_URL)
    at_home = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and (PROVIDERS[provider].https_only or not at_home):
        told = _("%(provider)s sends people back to https addresses only, and PUBLIC_URL is not one.")
        return [told % {"provider": PROVIDERS.label(provider)}]
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
        told = _(
            "%(provider)s knows this app, and the secret is right. Whether it accepts our redirect address shows only "
            "when somebody connects: enter exactly %(address)s in the app there."
        )
        return told % {"provider": name, "address": callback_address(provider)}
    except RedirectRefused as error:
        raise Refused(redirect_refused(provider), actor=error.actor, trace=error.trace) from None
    raise Refused(NoSense(name=name))


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
    told = _("%(provider)s could not be asked just now. Check again in a minute.")
    return told % {"provider": PROVIDERS.label(provider)}
