from __future__ import annotations

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Out: posts, deliveries, the ledger."""

    name = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        from publishing import checks  # noqa: F401 - registers the system checks
