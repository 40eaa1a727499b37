from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Out: what goes out once, and the ledger of it."""

    name = "outbox"
    verbose_name = "Outbox"
