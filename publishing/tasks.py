"""The minute's work on what goes out. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

import time

from publishing.checking import look
from publishing.composing import compose_ready
from publishing.delivering import doubt_the_dead, prepare, publish
from publishing.finishing import drop_finished, link, links_due, stop_what_was_taken_away
from publishing.models import Delivery
from publishing.unblocking import unblock
from watches.models import Asset, Caption

BOUND = 150.0  # seconds; a round ends well before the queue's timeout, and the next one carries on

STEPS = {
    Delivery.State.QUEUED: prepare,
    Delivery.State.PREPARED: publish,
    Delivery.State.PUBLISHING: doubt_the_dead,
    Delivery.State.CHECKING: look,
}


def round() -> str:
    """Compose, deliver and finish whatever is due, until nothing is, or the bound is reached."""
    until = time.monotonic() + BOUND
    stop_what_was_taken_away()
    unblock()
    composed = compose_ready()
    steps = 0
    while time.monotonic() < until and (moved := deliver_due(until)):
        steps += moved
    linked = link_due()
    dropped = drop_finished()
    return f"{composed} composed, {steps} steps on deliveries, {linked} links found, {dropped} pictures dropped."


def deliver_due(until: float, most: int = 20) -> int:
    """One step on each delivery that is due. Returns how many steps were made."""
    steps = 0
    for delivery in Delivery.objects.due().select_related("post", "channel__credential")[:most]:
        if time.monotonic() > until:
            break
        steps += advance(delivery)
    return steps


def advance(delivery: Delivery) -> bool:
    """One step on this delivery, if nobody else makes it."""
    if not Delivery.objects.take(delivery, state=delivery.state):
        return False
    STEPS[Delivery.State(delivery.state)](delivery)
    return True


def link_due() -> int:
    """One question for each link that is due."""
    return sum(bool(link(delivery)) for delivery in links_due() if Delivery.objects.take(delivery))


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    captions = Caption.objects.filter(post__isnull=True, asset__watch__isnull=False, asset__gone_at=None)
    ready = captions.filter(asset__state=Asset.State.READY)
    return Delivery.objects.due().exists() or ready.exists() or bool(links_due())
