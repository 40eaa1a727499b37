"""The minute's work on what goes out. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, IntegrityError, connection
from django.utils.translation import ngettext_lazy

from poster.work import clock_jumps, leases, mishaps, time_budget
from poster.work.fairness import in_turn
from publishing.delivery.checking import look
from publishing.delivery.cleanup import drop_finished
from publishing.delivery.delivering import deliver, doubt_the_dead
from publishing.delivery.following import follow
from publishing.delivery.permalinks import link, links_due
from publishing.delivery.receipts import UNWRITTEN, take_up, take_up_all
from publishing.delivery.removed_files import end_what_was_taken_away, stop_what_was_taken_away, take_up_what_is_back
from publishing.delivery.unblocked import blocked_due, unblock
from publishing.models import Delivery
from publishing.posts import repeating
from publishing.posts.repeating import repeat_due

AT_ONCE = 6  # deliveries that are chosen together; whoever comes new waits for no more than these
NOT_MADE = "A step on a delivery was not made; it is tried again"
Answer = TypeVar("Answer")

STEPS = {
    Delivery.State.QUEUED: deliver,
    Delivery.State.PREPARED: deliver,
    Delivery.State.PUBLISHING: doubt_the_dead,
    Delivery.State.ACCEPTED: follow,
    Delivery.State.CHECKING: look,
}

FIRST: tuple[Callable[[], object], ...] = (
    *(clock_jumps.notice, leases.settle_owed, take_up_all),
    *(stop_what_was_taken_away, end_what_was_taken_away, take_up_what_is_back),
)

TOLD = (
    ngettext_lazy("%d post repeated", "%d posts repeated"),
    ngettext_lazy("%d step on deliveries", "%d steps on deliveries"),
    ngettext_lazy("%d link found", "%d links found"),
    ngettext_lazy("%d picture dropped", "%d pictures dropped"),
)


def round() -> str:
    """Deliver and finish whatever is due, until nothing is, or its time is over."""
    over, parts = time_budget.begun(), time_budget.Parts()
    for part in FIRST:
        parts.run(part, otherwise=None)
    repeated = parts.run(repeat_due, over, otherwise=0)
    parts.run(unblock, over, otherwise=0)
    steps = parts.run(_deliver_all, over, otherwise=0)
    linked = parts.run(link_due, over, otherwise=0)
    dropped = parts.run(_drop, over, otherwise=0)
    parts.end()
    numbers = repeated, steps, linked, dropped
    return ", ".join(words % number for words, number in zip(TOLD, numbers, strict=True)) + "."


def _deliver_all(over: time_budget.Over) -> int:
    steps = 0
    while not over() and (moved := deliver_due(over)):
        steps += moved
    return steps


def _drop(over: time_budget.Over) -> int:
    return drop_finished(over=over)


def deliver_due(over: time_budget.Over, most: int = AT_ONCE) -> int:
    """One taking of each delivery that is due, each person's in turn. Returns how many were made.

    What is begun is finished before something else is begun.
    """
    steps, rows = 0, Delivery.objects.due().only("pk")
    for chosen in in_turn(rows.begun(), most) or in_turn(rows, most):
        if over():
            break
        # Read right before its step: those before it take their time, and may have sent its channel to rest.
        delivery = Delivery.objects.due().select_related("post", "channel__credential").filter(pk=chosen.pk).first()
        steps += delivery is not None and advance(delivery)
    return steps


def advance(delivery: Delivery) -> bool:
    """One step on this delivery, if nobody else makes it."""
    if _said_before(delivery) or not Delivery.objects.take(delivery, state=delivery.state):
        return False
    _made(delivery, STEPS[Delivery.State(delivery.state)])
    return True


def _made(delivery: Delivery, step: Callable[[Delivery], Answer]) -> Answer | None:
    """What the step returned. When it raised, None: its worker lives, and it is tried again later."""
    answer = None
    with mishaps.survived(NOT_MADE, expected=partial(_is_deleted, delivery)) as tried:
        answer = step(delivery)
    if tried.error is None:
        leases.went_well(delivery)
    else:
        connection.close_if_unusable_or_obsolete()
        delivery.stumble()
    return answer


def _is_deleted(delivery: Delivery, error: Exception) -> bool:
    """It was deleted while a worker was on it: nothing is wrong."""
    if not isinstance(error, IntegrityError | ObjectDoesNotExist):
        return False
    with contextlib.suppress(Error):
        return not Delivery.objects.filter(pk=delivery.pk).exists()
    return False


def _said_before(delivery: Delivery) -> bool:
    """Whether a receipt of it waits that the database did not take: then nothing is decided before it does."""
    try:
        return take_up(delivery)
    except (Error, OSError) as error:
        mishaps.tell(error, UNWRITTEN)
    return True


def link_due(over: time_budget.Over) -> int:
    """One question for each link that is due. Returns how many were found."""
    return sum(not over() and _linked(delivery) for delivery in links_due())


def _linked(delivery: Delivery) -> bool:
    return not _said_before(delivery) and Delivery.objects.take(delivery) and bool(_made(delivery, link))


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    asking = (repeating.due(), blocked_due(), Delivery.objects.due())
    return any(rows.exists() for rows in asking) or bool(links_due())
