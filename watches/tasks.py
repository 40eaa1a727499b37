"""The minute's work on what comes in. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, connection
from django.db.models import QuerySet
from django.utils.translation import ngettext

from accounts.models import Credential
from poster.work import clock_jumps, leases, mishaps, time_budget
from poster.work.fairness import in_turn
from poster.work.leases import Leased
from watches import limits
from watches.failed_looks import stumble
from watches.fetching import fetch
from watches.models import FoundFile, SourceCursor, Watch
from watches.scanning import scan

Row = TypeVar("Row", bound=Leased)
AT_ONCE = 10  # rows that are chosen together; whoever comes new waits for no more than these


def round() -> str:
    """Look and fetch whatever is due, until nothing is, or its time is over."""
    over, parts = time_budget.begun(), time_budget.Parts()
    for first in (clock_jumps.notice, leases.settle_owed):
        parts.run(first, otherwise=None)
    looked = parts.run(_each, streams_due, scan, over, otherwise=0)
    done = 0
    while not over():
        moved = parts.run(_each, found_due, fetch, over, otherwise=0)
        if not moved:
            break
        done += moved
    parts.end()
    looks = ngettext("%d place looked at", "%d places looked at", looked) % looked
    return f"{looks}, {ngettext('%d picture fetched', '%d pictures fetched', done) % done}."


def streams_due() -> QuerySet[SourceCursor]:
    """Streams that somebody watches and whose time has come."""
    watched = SourceCursor.objects.free().filter(watches__state__in=Watch.State.looking())
    open_ones = watched.exclude(credential__state=Credential.State.BLOCKED)
    return open_ones.select_related("credential").distinct().order_by("next_at")


def found_due() -> QuerySet[FoundFile]:
    """Assets whose bytes are to be fetched. What was not complete is looked at once more before it is given up."""
    free = FoundFile.objects.free().with_stream().select_related("owner").order_by("next_at", "created_at")
    rows = free.filter(state__in=FoundFile.State.coming())
    return limits.fetchable(rows.exclude(watch__stream__credential__state=Credential.State.BLOCKED))


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    return any(rows().exists() for rows in (streams_due, found_due))


def _each(rows: Callable[[], QuerySet[Row]], work: Callable[[Row], str], over: time_budget.Over) -> int:
    """Take the rows that are due, one after the other, each person's in turn, and work on them. Returns how many."""
    done = 0
    for row in in_turn(rows(), AT_ONCE):
        if over():
            break
        if type(row)._default_manager.take(row):  # type: ignore[attr-defined]
            done += _worked(row, work)
    return done


def _worked(row: Row, work: Callable[[Row], str]) -> bool:
    """Whatever it raises, its worker lives, and the others go on."""
    with mishaps.survived(f"Work on a row of {row._meta.verbose_name_plural} was not done; it is tried again") as tried:
        work(row)
    if tried.error is None:
        leases.went_well(row)
        return True
    connection.close_if_unusable_or_obsolete()
    with contextlib.suppress(Error):
        if isinstance(row, SourceCursor):
            stumble(row)
    row.stumble()
    return True
