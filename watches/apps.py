from __future__ import annotations

from django.apps import AppConfig


class WatchesConfig(AppConfig):
    """In: watches, sources, found files."""

    name = "watches"
    verbose_name = "Watches"
