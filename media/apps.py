from __future__ import annotations

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Pictures and their bytes."""

    name = "media"
    verbose_name = "Media"
