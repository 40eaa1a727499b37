"""The queue in plain words: which workers live, what failed and may be asked for again. See `operations.health` too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django_q.status import Stat
from django_q.tasks import async_task

from operations.reasons import NotByHand
from poster import clock
from poster.dashboard import queue
from poster.manifests import rounds
from poster.permissions import Caller, NotPossible, Scope, require_operator, require_scope

HEARD = dt.timedelta(seconds=30)  # they tell of themselves every few seconds


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers below one queue process. `host`: the machine; `since`: when it was started."""

    host: str
    number: int
    since: dt.datetime
    heard_at: dt.datetime


def workers() -> list[Workers]:
    """Those that were heard of lately, on whatever machine."""
    heard = [each for each in Stat.get_all() if each.timestamp > clock.now() - HEARD]
    return [Workers(each.host, len(each.workers), each.tob, each.timestamp) for each in heard]


def failures() -> list[Any]:
    """As `poster.dashboard.queue` has them, each with `again`: whether it may be asked for again."""
    rows, repeated = queue.failures(), by_hand()
    for row in rows:
        row.again = row.func in repeated
    return rows


def by_hand() -> set[str]:
    """The rounds that the operator may ask for: none that publishes is among them."""
    return {each.run for each in rounds() if each.by_hand}


def again(func: str, *, by: Caller) -> None:
    """Ask for what failed once more, by its name. Raises NotPossible for what is no round, or one that publishes."""
    require_operator(by)
    require_scope(by, Scope.OPERATE)
    if func not in by_hand():
        raise NotPossible(NotByHand())
    transaction.on_commit(lambda: async_task(func))
