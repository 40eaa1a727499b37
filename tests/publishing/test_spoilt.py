"""What was laid down and is of no use any more: laid down anew by whoever has the row, and shown once."""

from __future__ import annotations

from outbox import takings
from outbox.models import LedgerEntry
from publishing.models import Delivery
from publishing.platforms import Spoilt
from publishing.reasons.sending import ThrownAway
from tests.house import House
from tests.publishing.staged import EVENTS, SHOWN
from tests.publishing.test_races import channel, delivery, read, to  # noqa: F401 - fixtures

State = Delivery.State


def gone() -> None:
    raise Spoilt(ThrownAway(service="Staged"))


def test_what_is_spoilt_when_it_is_to_be_shown_is_laid_down_anew(house: House, delivery: Delivery) -> None:  # noqa: F811
    to(State.PREPARED, delivery)
    EVENTS["publishing"] = gone
    assert takings.advance(read(delivery))
    row = read(delivery)
    assert (row.state, row.refs, row.commits, row.redone, SHOWN) == (State.QUEUED, "", 0, 1, [])
    house.settle(delivery)
    assert (delivery.state, delivery.commits, len(SHOWN)) == (State.PUBLISHED, 1, 1)
    assert delivery.entries.filter(kind=LedgerEntry.Kind.STAGE).count() == 2


def test_who_lost_the_row_lays_nothing_down_anew(house: House, delivery: Delivery) -> None:  # noqa: F811
    to(State.PREPARED, delivery)

    def overtaken() -> None:
        house.later(6 * 60)
        assert Delivery.objects.take(read(delivery))
        before.append(as_it_is())
        gone()

    def as_it_is() -> tuple[object, ...]:
        row = read(delivery)
        return row.state, row.refs, row.redone, row.fence, row.leased_until, row.entries.count()

    before: list[tuple[object, ...]] = []
    EVENTS["asked"] = overtaken
    assert takings.advance(read(delivery))
    assert [as_it_is()] == before
