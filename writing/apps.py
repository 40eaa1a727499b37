from __future__ import annotations

from django.apps import AppConfig


class WritingConfig(AppConfig):
    """Captioners, and the checks of what they answer."""

    name = "writing"
    verbose_name = "Writing"
