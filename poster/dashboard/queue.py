"""How the queue is doing, for the operator. The queue is a hint, never the truth: nothing here can be changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_q.models import Failure, OrmQ, Schedule, Success

from poster import clock
from poster.work.schedules import title_of

LATE = dt.timedelta(minutes=3)  # rounds run every minute


@dataclass(frozen=True, slots=True)
class Round:
    """One scheduled task and how it last went."""

    name: str
    next_run: dt.datetime | None
    last_run: dt.datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Health:
    """`well` is false when no round has ended lately, or the last day saw one fail."""

    rounds: list[Round]
    last: dt.datetime | None
    waiting: int
    failed: int

    @property
    def well(self) -> bool:
        """Right after the first start no round can have ended yet."""
        heard = self.last or min((each.next_run for each in self.rounds if each.next_run), default=None)
        return not self.failed and heard is not None and heard > clock.now() - LATE


def health() -> Health:
    """The rounds, how many tasks wait, and how many failed in the last day."""
    rounds = [_round(schedule) for schedule in Schedule.objects.order_by("name", "func")[:20]]
    ended = [each.last_run for each in rounds if each.last_run]
    since = clock.now() - dt.timedelta(days=1)
    return Health(
        rounds=rounds,
        last=max(ended, default=None),
        waiting=OrmQ.objects.count() if settings.Q_CLUSTER.get("orm") else 0,
        failed=Failure.objects.filter(stopped__gt=since).count(),
    )


def failures() -> list[Any]:
    """The latest tasks that failed, each with its `title`."""
    rows = list(Failure.objects.order_by("-stopped")[:20])
    for row in rows:
        row.title = title_of(row.func)
    return rows


def _round(schedule: Schedule) -> Round:
    task = Success.objects.filter(func=schedule.func).order_by("-stopped").first()
    return Round(
        name=title_of(schedule.func),
        next_run=schedule.next_run,
        last_run=task.stopped if task else None,
        said=str(task.result or "") if task else "",
    )
