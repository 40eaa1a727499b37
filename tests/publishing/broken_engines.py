"""Engines as others have them. `prove` has to catch each one."""

from __future__ import annotations

from outbox import takings
from outbox.staging import NOTHING
from poster import clock
from publishing.models import Delivery
from tests.facts import Said

State = Delivery.State


def sends_again(delivery: Delivery) -> bool:
    """No clear answer: try again."""
    return _when_in_doubt(delivery, state=State.QUEUED, commits=0, **NOTHING)


def calls_it_failed(delivery: Delivery) -> bool:
    """No clear answer: it has failed."""
    return _when_in_doubt(delivery, state=State.FAILED, **Delivery.reason.columns(Said(words="They did not answer.")))


def calls_it_published(delivery: Delivery) -> bool:
    """No clear answer: it will be there."""
    return _when_in_doubt(delivery, state=State.PUBLISHED, published_at=clock.now())


def forgets(delivery: Delivery) -> bool:
    """No clear answer: nothing more is done about it, and nothing said."""
    return _when_in_doubt(delivery, state=State.CANCELLED, **Delivery.reason.columns(None))


def never_ends(delivery: Delivery) -> bool:
    """No clear answer: wait for one."""
    return _when_in_doubt(delivery)


def speaks_too_early(delivery: Delivery) -> bool:
    """This one breaks nothing: what its worker holds in memory says more than the database has taken."""
    moved = takings.advance(delivery)
    delivery.state, delivery.permalink, delivery.leased_until = State.PUBLISHED, "https://x.example/1", None
    return moved


def _when_in_doubt(delivery: Delivery, **values: object) -> bool:
    if delivery.state != State.CHECKING:
        return takings.advance(delivery)
    return Delivery.objects.take(delivery) and delivery.let_go(after=0 if values else 3600, **values)
