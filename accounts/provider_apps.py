"""The operator's own app at each provider: from the environment, or entered in the dashboard."""

from __future__ import annotations

from django.conf import settings

from accounts.models import ProviderApp
from accounts.providers import App
from poster.keyring import Undecryptable


def app_of(provider: str) -> App:
    """The app to speak as; the environment wins over the dashboard. An empty one when there is none."""
    client_id, client_secret = settings.PROVIDER_APPS.get(provider, ("", ""))
    if client_id:
        return App(client_id, client_secret)
    row = ProviderApp.objects.filter(provider=provider).first()
    return App(row.client_id, _secret(row)) if row else App()


def _secret(row: ProviderApp) -> str:
    try:
        return str(row.client_secret)
    except Undecryptable:
        return ""  # the provider then says that the secret is wrong, and the doctor says why
