"""What Django loads: the foundation, and the admin under our own site."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.backends.signals import connection_created

from poster.secrets.redaction import hold


class PosterConfig(AppConfig):
    """Everything the apps stand on."""

    name = "poster"

    def ready(self) -> None:
        from poster import checks  # noqa: F401 - importing registers the system checks
        from poster.database import folding, migration_hooks
        from poster.http import turnstile
        from poster.work import cooldowns

        connection_created.connect(folding.listen, dispatch_uid="folding")
        migration_hooks.listen(self)
        turnstile.use(cooldowns)
        for secret in _from_outside():
            hold(secret)


def _from_outside() -> Iterator[str]:
    """The secrets that the environment gave us."""
    yield from (settings.SECRET_KEY, settings.AUDIT_KEY, settings.GOOGLE_SIGNIN[1], settings.EMAIL_HOST_PASSWORD)
    yield str(settings.DATABASES["default"].get("PASSWORD", ""))
    yield from settings.AI_KEYS.values()
    yield from (secret for _, secret in settings.PROVIDER_APPS.values())


class DashboardConfig(SimpleAdminConfig):
    """Django's admin, with our site in place of its own. Whoever asks for addresses loads its pages (`poster.urls`)."""

    default_site = "poster.admin.Dashboard"
