"""Whoever has something ready in hand, and is overtaken before it is shown, writes nothing into the row any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.management import call_command

from accounts.models import Channel
from outbox import receipt_journal, removal, takings
from outbox.crew import Crew
from outbox.models import LedgerEntry
from outbox.takings import LATEST, Begun, Hand
from poster import clock
from poster.errors import Unavailable
from poster.permissions import Caller
from poster.work import time_budget
from publishing.models import Delivery
from publishing.posts import approval_undo, due_times
from tests.facts import Said
from tests.held import lay_down
from tests.house import House
from tests.publishing.staged import EVENTS, SHOWN
from tests.publishing.test_races import channel, delivery, read, to  # noqa: F401 - fixtures

State = Delivery.State
Finish = Callable[[], None]


def in_hand(row: Delivery) -> tuple[Begun, Hand]:
    """Taken and ready; nobody has shown it yet."""
    hand = Hand(1)
    _, begun = takings._taken(read(row), time_budget.never, hand)
    assert begun is not None
    assert begun.laid is not None
    return begun, hand


def finishing(row: Delivery) -> Finish:
    begun, hand = in_hand(row)
    return lambda: takings._finish(begun, Crew(1), hand)


@pytest.fixture(params=[True, False], ids=["laid down just now", "laid down before"])
def late(request: pytest.FixtureRequest, delivery: Delivery) -> Finish:  # noqa: F811
    """What a slow worker is about to do."""
    if not request.param:
        to(State.PREPARED, delivery)
    return finishing(delivery)


def as_it_is(row: Delivery) -> tuple[object, ...]:
    now = read(row)
    return now.state, now.fence, now.leased_until, now.refs, now.remote_id, now.entries.count()


def test_after_another_has_published_it(house: House, delivery: Delivery, late: Finish) -> None:  # noqa: F811
    house.later(6 * 60)
    assert takings.advance(read(delivery))
    before = as_it_is(delivery)
    late()
    assert as_it_is(delivery) == before
    house.settle(delivery)
    assert (read(delivery).state, len(SHOWN)) == (State.PUBLISHED, 1)
    call_command("audit_verify")


def test_while_another_is_in_the_call(house: House, delivery: Delivery, late: Finish) -> None:  # noqa: F811
    house.later(6 * 60)
    seen: list[bool] = []

    def woken() -> None:
        """What they said to the other one may stand in a file by then, as the database could not take it."""
        receipt_journal.keep(delivery.pk, {"remote_id": "theirs"})
        before = as_it_is(delivery)
        late()
        said = receipt_journal.kept(delivery.pk) or {}
        seen.append(as_it_is(delivery) == before and said.get("remote_id") == "theirs")

    EVENTS["publishing"] = woken
    assert takings.advance(read(delivery))
    assert seen == [True]
    assert (read(delivery).state, len(SHOWN)) == (State.PUBLISHED, 1)


def test_after_another_has_taken_it(house: House, delivery: Delivery, late: Finish) -> None:  # noqa: F811
    house.later(6 * 60)
    other = read(delivery)
    assert Delivery.objects.take(other)
    before = as_it_is(delivery)
    late()
    assert as_it_is(delivery) == before


def test_while_its_picture_is_made_for_whoever_fetches_it(house: House) -> None:
    """What is fetched is what the row says, so nobody writes there but who has it."""
    (row,) = house.approved("Bread.", house.connect()["threads"])
    late = read(row)
    assert Delivery.objects.take(late)
    house.later(6 * 60)
    assert Delivery.objects.take(read(row))
    lay_down(late)
    assert (read(row).state, read(row).renditions, house.box.calls("threads", method="POST")) == (State.QUEUED, [], [])


def test_after_it_was_erased(house: House, delivery: Delivery, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    """Of what they say then, nothing can be written down, and nothing has to be."""

    def erased() -> None:
        removal.remove(list(Delivery.objects.filter(pk=delivery.pk)))
        raise Unavailable(Said(words="Not now."))

    EVENTS["preparing"] = erased
    assert takings.advance(read(delivery))
    assert (Delivery.objects.count(), LedgerEntry.objects.count(), SHOWN) == (0, 0, [])
    assert [record for record in caplog.records if record.exc_info] == []


def test_after_a_person_has_taken_it_back(house: House, delivery: Delivery) -> None:  # noqa: F811
    late = finishing(delivery)
    approval_undo.undo(read(delivery).post, by=Caller.of(house.owner))
    late()
    house.settle(delivery)
    assert (read(delivery).state, SHOWN) == (State.CANCELLED, [])


def test_after_a_person_has_moved_it_and_it_went_out(house: House, delivery: Delivery) -> None:  # noqa: F811
    late = finishing(delivery)
    row = read(delivery)
    due_times.move(row, to=clock.now() + dt.timedelta(seconds=1), was=row.due_at, by=Caller.of(house.owner))
    house.later(2)
    assert takings.advance(read(delivery))
    late()
    house.settle(delivery)
    assert (read(delivery).state, len(SHOWN)) == (State.PUBLISHED, 1)


def test_what_comes_too_late_in_its_round_is_kept_for_the_next(house: House, delivery: Delivery) -> None:  # noqa: F811
    """The queue would end its worker in the middle of the call."""
    begun, hand = in_hand(delivery)
    hand.began -= LATEST + 1
    takings._finish(begun, Crew(1), hand)
    row = read(delivery)
    assert (row.state, row.leased_until, row.deaths, SHOWN) == (State.PREPARED, None, 0, [])
    assert takings.advance(row)
    assert len(SHOWN) == 1


def test_where_people_see_it_is_asked_right_behind_the_receipt(house: House, channel: Channel) -> None:  # noqa: F811
    row = house.approved("Bread.", channel)[0]
    assert takings.advance(read(row))
    assert read(row).permalink == "https://example.com/1"
