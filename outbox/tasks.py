"""The minute's work on what goes out. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, IntegrityError, connection
from django.utils.translation import ngettext_lazy

from outbox.checking import look
from outbox.crew import Crew
from outbox.delivering import Laid, doubt_the_dead, is_busy, publish, ready
from outbox.following import follow
from outbox.kinds import whole
from outbox.models import Outgoing
from outbox.permalinks import link, link_at_once, links_due
from outbox.receipts import UNWRITTEN, take_up, take_up_all
from outbox.states import OutgoingState
from outbox.unblocked import blocked_due, unblock
from poster import clock
from poster.work import clock_jumps, leases, mishaps, time_budget
from poster.work.fairness import in_turn

PATIENCE, SHORTLY = 2.0, 0.05  # seconds that something ready waits for its channel, and until that is seen again
AT_ONCE = 6  # rows that are chosen together; whoever comes new waits for no more than these
NOT_MADE = "A step on a delivery was not made; it is tried again"
CHOSEN = ("pk", "kind", "state", "fence", "deaths")  # what is asked of a row before it is taken
Answer = TypeVar("Answer")

STEPS: dict[OutgoingState, Callable[[Outgoing], Laid | str]] = {
    Outgoing.State.QUEUED: ready,
    Outgoing.State.PREPARED: ready,
    Outgoing.State.PUBLISHING: doubt_the_dead,
    Outgoing.State.ACCEPTED: follow,
    Outgoing.State.CHECKING: look,
}

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


def deliver_due(over: time_budget.Over, crew: Crew) -> int:
    """One taking of each that is due, each person's in turn. Returns how many were made.

    What is begun is finished before something else is begun. What is ready is shown as soon as it is, one after the
    other; all else the crew does.
    """
    steps, in_hand, waiting = 0, set[UUID](), list[Begun]()
    for begun in crew.each(partial(_begin, each, over) for each in _chosen(over, in_hand)):
        if begun is not None:
            steps += 1
            waiting = _finished([*waiting, begun], crew, in_hand)
    until = clock.steady() + PATIENCE
    while waiting and clock.steady() < until:
        time.sleep(SHORTLY)
        waiting = _finished(waiting, crew, in_hand)
    for begun in waiting:
        _finish(begun, crew)
    return steps


def _finished(ready: list[Begun], crew: Crew, in_hand: set[UUID]) -> list[Begun]:
    """Those that are not: another worker publishes on their channel at this moment, and is done with it in the next."""
    left = []
    for begun in ready:
        if crew.has_threads and begun.laid and is_busy(begun.out):
            left.append(begun)
        else:
            _finish(begun, crew)
            in_hand.discard(begun.out.pk)
    return left


def _chosen(over: time_budget.Over, in_hand: set[UUID]) -> Iterator[Outgoing]:
    """One after the other, as long as there are any; whoever comes new is seen after a few. None that is in hand, or
    that somebody else was faster with."""
    while not over():
        rows = Outgoing.objects.due().only(*CHOSEN).exclude(pk__in=in_hand)
        few = in_turn(rows.begun(), AT_ONCE) or in_turn(rows, AT_ONCE)
        if not few:
            return
        in_hand |= {each.pk for each in few}
        yield from few


@dataclass(frozen=True, slots=True)
class Begun:
    """One that was taken. `laid`: all that is left is to show it."""

    out: Outgoing
    laid: Laid | None


def advance(chosen: Outgoing) -> bool:
    """One step on it, if nobody else makes it."""
    begun = _begin(chosen, time_budget.never)
    if begun is not None:
        _finish(begun, Crew(1))
    return begun is not None


def _begin(chosen: Outgoing, over: time_budget.Over) -> Begun | None:
    """The step of its state, but for what publishes. All about it is read once it is taken, so it is as it is now."""
    if over() or _said_before(chosen) or not Outgoing.objects.take(chosen, state=chosen.state):
        return None
    out = whole(chosen)
    if out is None:
        return None
    laid = _made(out, STEPS[Outgoing.State(out.state)])
    return Begun(out, laid if isinstance(laid, Laid) else None)


def _finish(begun: Begun, crew: Crew) -> None:
    out, laid = begun.out, begun.laid
    if laid is None:
        return
    _made(out, partial(publish, laid=laid))
    if out.state == Outgoing.State.PUBLISHED:
        crew.later(partial(_made, out, partial(link_at_once, adapter=laid.adapter, account=laid.account)))


def _made(out: Outgoing, step: Callable[[Outgoing], Answer]) -> Answer | None:
    """What the step returned. When it raised, None: its worker lives, and it is tried again later."""
    answer = None
    with mishaps.survived(NOT_MADE, expected=partial(_is_deleted, out)) as tried:
        answer = step(out)
    if tried.error is None:
        leases.went_well(out)
    else:
        connection.close_if_unusable_or_obsolete()
        out.stumble()
    return answer


def _is_deleted(out: Outgoing, error: Exception) -> bool:
    """It was deleted while a worker was on it: nothing is wrong."""
    if not isinstance(error, IntegrityError | ObjectDoesNotExist):
        return False
    with contextlib.suppress(Error):
        return not Outgoing.objects.filter(pk=out.pk).exists()
    return False


def _said_before(out: Outgoing) -> bool:
    """Whether a receipt of it waits that the database did not take: then nothing is decided before it does."""
    try:
        return take_up(out)
    except (Error, OSError) as error:
        mishaps.tell(error, UNWRITTEN)
    return True


def link_due(over: time_budget.Over, crew: Crew) -> int:
    """One question for each link that is due. Returns how many were found."""
    return sum(crew.each(partial(_linked, out, over) for out in links_due()))


def _linked(out: Outgoing, over: time_budget.Over) -> bool:
    return not over() and not _said_before(out) and Outgoing.objects.take(out) and bool(_made(out, link))


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    asking = (blocked_due(), Outgoing.objects.due())
    return any(rows.exists() for rows in asking) or bool(links_due())
