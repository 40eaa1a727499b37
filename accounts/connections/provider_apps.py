"""The operator's own app at each provider: from the environment, or entered in the dashboard."""

from __future__ import annotations

from django.conf import settings

from accounts.models import ProviderApp
from accounts.providers import PROVIDERS, App
from accounts.reasons.logins import AppKeysMissing
from poster.errors import Unavailable
from poster.secrets.keyring import Undecryptable
from poster.secrets.redaction import hold

HOUR = 3600


def app_of(provider: str) -> App:
    """The app to speak as; the environment wins over the dashboard. An empty one when there is none.

    Without its secret when that cannot be opened: for pages, where the app then counts as not set up.
    """
    if (outside := from_outside(provider)).client_id:
        hold(outside.client_secret)
        return outside
    row = ProviderApp.objects.filter(provider=provider).first()
    return App(row.client_id, _secret(row)) if row else App()


def from_outside(provider: str) -> App:
    """The one of the environment; in practice the one that the sandbox knows. An empty one when there is none."""
    app = App(*settings.PROVIDER_APPS.get(provider, ("", "")))
    return PROVIDERS[provider].about.practice if settings.PRACTICE and not app.client_id else app


def _secret(row: ProviderApp) -> str:
    try:
        return str(row.client_secret)
    except Undecryptable:
        return ""  # the doctor says why


def opened_app(provider: str) -> App:
    """The same for speaking to the provider. Raises Unavailable when its secret cannot be opened: spoken to without it,
    a provider would refuse logins that are good."""
    app = app_of(provider)
    if app.client_id and not app.client_secret and not from_outside(provider).client_id:
        name = PROVIDERS.label(provider)
        raise Unavailable(AppKeysMissing(name=name))
    return app
