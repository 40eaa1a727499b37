from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The install at work, and what it holds about people."""

    name = "operations"
    verbose_name = "Operations"
