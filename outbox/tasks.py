"""The minute's work on what goes out. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.utils.translation import ngettext_lazy

from outbox.crew import Crew
from outbox.models import Outgoing
from outbox.permalinks import link, links_due
from outbox.receipts import take_up_all
from outbox.takings import deliver_due, made, said_before
from outbox.unblocked import blocked_due, unblock
from poster.work import clock_jumps, leases, time_budget

FIRST: tuple[Callable[[], object], ...] = (clock_jumps.notice, leases.settle_owed, take_up_all)

TOLD = (
    ngettext_lazy("%d step on deliveries", "%d steps on deliveries"),
    ngettext_lazy("%d link found", "%d links found"),
)


def round() -> str:
    """Deliver and finish whatever is due, until nothing is, or its time is over."""
    over, parts = time_budget.begun(), time_budget.Parts()
    for part in FIRST:
        parts.run(part, otherwise=None)
    parts.run(unblock, over, otherwise=0)
    with Crew(settings.DELIVERIES_AT_ONCE) as crew:
        steps = parts.run(_deliver_all, over, crew, otherwise=0)
        linked = parts.run(link_due, over, crew, otherwise=0)
    parts.end()
    numbers = steps, linked
    return ", ".join(words % number for words, number in zip(TOLD, numbers, strict=True)) + "."


def _deliver_all(over: time_budget.Over, crew: Crew) -> int:
    steps = 0
    while not over() and (moved := deliver_due(over, crew)):
        steps += moved
    return steps


def link_due(over: time_budget.Over, crew: Crew) -> int:
    """One question for each link that is due. Returns how many were found."""
    return sum(crew.each(partial(_linked, out, over) for out in links_due()))


def _linked(out: Outgoing, over: time_budget.Over) -> bool:
    return not over() and not said_before(out) and Outgoing.objects.take(out) and bool(made(out, link))


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    asking = (blocked_due(), Outgoing.objects.due())
    return any(rows.exists() for rows in asking) or bool(links_due())
