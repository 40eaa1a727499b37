"""Queue a round of each app that has something due: at each short tick, and when a round has ended, as what it has done
is nearly always work for another app."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from poster.manifests import found, rounds
from poster.work import clock_jumps, mishaps

APART = 0.5  # seconds between two times that a worker looks for what follows
_followed_at = -APART
MOST_READ = 50  # messages; with more in the queue nobody needs a nudge


def nudge() -> list[str]:
    """Queue a round of each app that has something to do. Returns which.

    Never more rounds of one app than leave a worker to the others. A nudge may get lost: the next tick repeats it.
    """
    clock_jumps.notice()
    most = max(1, Conf.WORKERS // 2)
    waiting = _waiting()
    nudged = [each for each in rounds() if each.due]
    wanted = [each.run for each in nudged if waiting[each.run] < most and found(each.due)()]
    for name in wanted:
        async_task(name, save=False)
    return wanted


def follow(task: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - a signal's
    """A task of the queue has ended in this worker. Rounds that find nothing to do must not chase each other."""
    global _followed_at
    now = time.monotonic()
    if task["func"] not in {each.run for each in rounds()} or now - _followed_at < APART:
        return
    _followed_at = now
    with mishaps.survived("The rounds that follow were not queued; the next tick does it"):
        nudge()


def _waiting() -> Counter[str]:
    """How many rounds of each app are in the queue or at work."""
    if not Conf.ORM:
        size = get_broker().queue_size()
        return Counter({each.run: size for each in rounds()})
    messages = OrmQ.objects.filter(key=Conf.CLUSTER_NAME)[:MOST_READ]
    return Counter(message.func() for message in messages)
