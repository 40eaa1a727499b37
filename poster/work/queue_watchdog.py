"""Noticing a queue that does not move.

A worker that is killed while it holds the lock of django-q2's queue leaves the others waiting for ever: all processes
live, nothing happens. It shows from outside: messages wait, and no worker says that it is processing one.
"""

from __future__ import annotations

import datetime as dt

import psutil
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Task

PATIENCE = 15.0  # seconds that a message may wait while nobody works
SILENCE = 300.0  # seconds without any finished task, where the broker does not show how old its messages are
LOOKS = 5  # so many looks in a row: between two tasks every worker is idle for a moment


class Watchdog:
    """Looks at the queue now and then. `since`: when the cluster was started."""

    def __init__(self) -> None:
        self.since = timezone.now()
        self._idle_looks = 0

    def stalled(self, leader: int) -> bool:
        """Whether the cluster under the process `leader` has to be started anew."""
        self._idle_looks = self._idle_looks + 1 if self._overdue() and not _busy(leader) else 0
        return self._idle_looks >= LOOKS

    def _overdue(self) -> bool:
        age = timezone.now() - self.since
        if not Conf.ORM:
            return age.total_seconds() > SILENCE and not _finished_lately()
        return age.total_seconds() > PATIENCE and longest_wait() > PATIENCE


def longest_wait() -> float:
    """Seconds since the oldest message was queued, or was handed to a worker."""
    retry = dt.timedelta(seconds=Conf.RETRY)
    now = timezone.now()
    locks = OrmQ.objects.filter(key=Conf.CLUSTER_NAME).values_list("lock", flat=True)[:20]
    moments = [lock if lock <= now else lock - retry for lock in locks]
    return (now - min(moments)).total_seconds() if moments else 0.0


def _finished_lately() -> bool:
    lately = timezone.now() - dt.timedelta(seconds=SILENCE)
    return bool(Task.objects.filter(stopped__gt=lately).exists())


def _busy(leader: int) -> bool:
    """django-q2's workers carry what they do in their process title."""
    try:
        titles = [" ".join(process.cmdline()) for process in psutil.Process(leader).children(recursive=True)]
    except psutil.Error:
        return False
    return any(" processing " in title for title in titles)
