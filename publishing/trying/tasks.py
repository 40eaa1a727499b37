"""The round that writes the words of tries, and how long these are kept."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils.translation import ngettext

from poster import clock
from poster.work import leases, mishaps, time_budget
from poster.work.fairness import in_turn
from poster.work.leases import LeasedQuerySet
from publishing.models import Trial
from publishing.trying.writing import interrupted, write

AT_ONCE = 6
KEPT = dt.timedelta(days=1)
BATCH = 500


def round() -> str:
    """Write whatever is asked for, until nothing is, or its time is over."""
    over, done = time_budget.begun(), 0
    while not over() and (rows := list(in_turn(_due(), AT_ONCE))):
        before = done
        for row in rows:
            if not over() and Trial.objects.take(row):
                _end(row)
                done += 1
        if done == before:  # others have taken them all
            break
    return ngettext("%d picture tried.", "%d pictures tried.", done) % done


def due() -> bool:
    """Whether a round would find something to do."""
    return _due().exists()


def oldest() -> dt.datetime | None:
    """Since when the oldest of them waits."""
    first = _due().order_by("next_at").first()
    return first.next_at if first else None


def moments() -> list[dt.datetime]:
    """When the next of them is due."""
    moment = leases.earliest(Trial.objects.filter(state=Trial.State.ASKED))
    return [moment] if moment else []


def forget() -> int:
    """Those of yesterday (`Manifest.retention`)."""
    old, gone = Trial.objects.filter(created_at__lt=clock.now() - KEPT), 0
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        Trial.objects.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def _due() -> LeasedQuerySet[Trial]:
    free = Trial.objects.free().filter(state=Trial.State.ASKED).select_related("owner", "credential")
    return free.order_by("next_at", "created_at", "position")


def _end(row: Trial) -> None:
    """With its words, or with the reason why it has none: that stands in its row, and the page tells it.

    Whatever it raises, its worker lives, and the others go on.
    """
    with mishaps.survived("A try was not written") as tried:
        write(row)
    if tried.error is None:
        leases.went_well(row)
        return
    connection.close_if_unusable_or_obsolete()
    with mishaps.survived("A try was not ended; it is tried again") as ended:
        interrupted(row)
    if ended.error is not None:
        row.stumble()
