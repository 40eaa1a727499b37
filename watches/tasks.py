"""The minute's work on what comes in. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from accounts.models import Credential
from poster import rounds
from poster.leases import Leased, LeasedQuerySet
from watches.describing import describe
from watches.fetching import fetch
from watches.models import Asset, Stream, Watch
from watches.scanning import scan

Row = TypeVar("Row", bound=Leased)


def round() -> str:
    """Look, fetch and describe whatever is due, until nothing is, or its time is over."""
    over = rounds.begun()
    looked = _each(streams_due, scan, over)
    done = 0
    while not over():
        moved = _each(found_due, fetch, over) + _each(ready_due, describe, over)
        if not moved:
            break
        done += moved
    return f"{looked} streams looked at, {done} steps on pictures."


def streams_due() -> Iterable[Stream]:
    """Streams that somebody watches and whose time has come."""
    watched = Stream.objects.free().filter(watches__state__in=[Watch.State.ACTIVE, Watch.State.BROKEN])
    open_ones = watched.exclude(credential__state=Credential.State.BLOCKED)
    return open_ones.select_related("credential").distinct().order_by("next_at")[:20]


def found_due() -> Iterable[Asset]:
    """Assets whose bytes are to be fetched."""
    return _assets().filter(state=Asset.State.FOUND)[:10]


def ready_due() -> Iterable[Asset]:
    """Assets that want words."""
    return _assets().filter(state=Asset.State.READY, caption__isnull=True, gone_at=None)[:10]


def _assets() -> LeasedQuerySet[Asset]:
    free = Asset.objects.free().select_related("watch__stream__credential", "watch__prompt_template")
    return free.order_by("next_at", "created_at")


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    return any(bool(list(rows()[:1])) for rows in (streams_due, found_due, ready_due))  # type: ignore[index]


def _each(rows: Callable[[], Iterable[Row]], work: Callable[[Row], str], over: rounds.Over) -> int:
    """Take every row that is due, one after the other, and work on it. Returns how many."""
    done = 0
    for row in rows():
        if over():
            break
        if type(row)._default_manager.take(row):  # type: ignore[attr-defined]
            work(row)
            done += 1
    return done
