"""What django-q2 starts by the clock. The rounds are the safety net: whoever nudges only makes them prompt."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends.db import SessionStore
from django_q.models import Schedule, Task

from poster import clock

MINUTES = {
    "accounts.tasks.round": 1,
    "watches.tasks.round": 1,
    "publishing.tasks.round": 1,
    "poster.schedules.prune": 24 * 60,
    "publishing.keeping.retiring.daily": 24 * 60,
}
KEPT = dt.timedelta(days=2)


def install() -> None:
    """Write the schedules down; what is no longer on the list goes."""
    for name, minutes in MINUTES.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": name, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
        )
    Schedule.objects.exclude(name__in=MINUTES).delete()


def prune() -> str:
    """Forget the results of old tasks, and sessions that have ended."""
    SessionStore.clear_expired()
    gone, _ = Task.objects.filter(stopped__lt=clock.now() - KEPT).delete()
    return f"{gone} old results forgotten."
