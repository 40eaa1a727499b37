"""What Django loads: the foundation, and the admin under our own site."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig

from poster.redacting import hold


class PosterConfig(AppConfig):
    """Everything the apps stand on."""

    name = "poster"

    def ready(self) -> None:
        from poster import checks  # noqa: F401 - registers the system checks

        for secret in (*settings.AI_KEYS.values(), *(secret for _, secret in settings.PROVIDER_APPS.values())):
            hold(secret)


class DashboardConfig(AdminConfig):
    """Django's admin, with our site in place of its own."""

    default_site = "poster.admin.Dashboard"
