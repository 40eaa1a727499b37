"""What must hold at run time is checked at start-up."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from poster.leases import LEASE


@register
def queue_times(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """timeout < lease, and retry long enough that a waiting task is not handed out twice."""
    queue = settings.Q_CLUSTER
    rounds = 1 + math.ceil((queue["queue_limit"] + queue["bulk"]) / queue["workers"])
    if queue["timeout"] < LEASE.total_seconds() and queue["retry"] > queue["timeout"] * rounds:
        return []
    return [
        Error(
            "Two workers could hold one row.",
            hint=f"Keep timeout < {LEASE.total_seconds():.0f} s (the lease) and retry > {queue['timeout'] * rounds} s.",
            id="poster.E001",
        )
    ]
