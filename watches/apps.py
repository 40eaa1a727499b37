from __future__ import annotations

from django.apps import AppConfig


class WatchesConfig(AppConfig):
    """In: watches, sources, assets, captions."""

    name = "watches"
    verbose_name = "Watches"
