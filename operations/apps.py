from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The install at work, and what it holds about people."""

    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from django_q.signals import post_execute_in_worker

        from operations import nudges

        post_execute_in_worker.connect(nudges.follow, dispatch_uid="operations.nudges")
