"""What a worker has in hand: two of each channel, and what a worker has died of by itself."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from outbox.models import Outgoing
from outbox.takings import AT_ONCE, LATEST, OF_ONE, OLD, Few, Hand, _next
from tests import factories
from tests.clocks import Clock

ONE, OTHER = uuid4(), uuid4()


def row(channel: UUID | None = ONE, deaths: int = 0) -> Outgoing:
    return Outgoing(channel_id=channel, deaths=deaths)


def test_two_of_each_channel_and_so_many_in_all() -> None:
    hand = Hand(3)
    first = row()
    for each in (first, row()):
        assert hand.takes(each)
        hand.choose(each)
    assert hand.full() == {ONE}
    assert not hand.takes(row())
    assert hand.takes(row(OTHER))
    assert hand.takes(row(None))
    hand.choose(row(OTHER))
    assert not hand.takes(row(uuid4()))
    hand.drop(first.pk)
    assert hand.takes(row())


def test_what_a_worker_has_died_of_is_alone_in_hand() -> None:
    """The next worker that it kills takes nobody along."""
    hand, deadly = Hand(4), row(OTHER, deaths=4)
    well = row()
    hand.choose(well)
    assert not hand.takes(deadly)
    hand.drop(well.pk)
    hand.choose(deadly)
    assert not hand.takes(row())


def test_it_has_its_turn_although_others_are_due() -> None:
    hand, deadly, well = Hand(4), row(OTHER, deaths=4), row()
    assert _next([well, deadly], hand) is deadly
    hand.choose(well)
    assert _next([row(uuid4()), deadly], hand) is None


def test_who_meets_others_at_the_same_rows_goes_on_with_any_of_them() -> None:
    """In one order, two workers would meet at each row."""
    hand, rows = Hand(4), [row(uuid4()) for _ in range(8)]
    hand.choose(first := row())
    hand.miss(first.pk)
    chosen = {getattr(_next(rows, hand), "pk", None) for _ in range(200)}
    assert chosen <= {each.pk for each in rows}
    assert len(chosen) > 1


def test_what_others_were_faster_with_is_in_hand_no_more() -> None:
    hand, first = Hand(2), row()
    hand.choose(first)
    hand.miss(first.pk)
    assert (hand.chosen, hand.lost) == ({}, {first.pk})


def test_a_clock_that_is_put_makes_nothing_late(the_clock: Clock) -> None:
    """The queue counts real seconds; a machine's clock, or a simulation's, may jump by hours."""
    hand = Hand(1)
    the_clock.pass_by(hours=1)
    assert not hand.is_late
    hand.began -= LATEST + 1
    assert hand.is_late


def due(owner: User, number: int) -> set[UUID]:
    """Of as many channels."""
    channels = [factories.channel(owner) for _ in range(number)]
    return {factories.delivery(factories.post(owner, each), each).pk for each in channels}


@pytest.mark.django_db
def test_rows_are_read_together_and_nothing_due_is_not_asked_for_again(steady: list[float]) -> None:
    ann = factories.person("Ann")
    known, hand = due(ann, 3), Hand(6)
    few = Few(hand)
    with CaptureQueriesContext(connection) as asked:
        hand.choose(few.next() or row())
    one_reading = len(asked)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(2):
            hand.choose(few.next() or row())
        assert len(asked) == 0
        assert set(hand.chosen) == known
        assert few.next() is None
        assert 0 < len(asked) <= one_reading
        before = len(asked)
        assert few.next() is None
        assert len(asked) == before
    (new,) = due(ann, 1)
    with CaptureQueriesContext(connection) as asked:
        assert few.next() is None
    assert len(asked) == 0
    steady[0] += OLD
    assert getattr(few.next(), "pk", None) == new


@pytest.mark.django_db
def test_what_was_read_is_read_again_when_it_is_old(steady: list[float]) -> None:
    """Others were at it meanwhile."""
    due(factories.person("Ann"), 3)
    few = Few(Hand(6))
    first = few.next()
    assert first is not None
    taken = [row for row in Outgoing.objects.exclude(pk=first.pk) if Outgoing.objects.take(row)]
    assert len(taken) == 2
    steady[0] += OLD
    assert few.next() == first  # which nobody has taken


@pytest.mark.django_db
def test_each_person_has_a_turn_although_each_reading_begins_anew(steady: list[float]) -> None:
    people = [factories.person(name) for name in ("Ann", "Bob", "Cem")]
    for person in people:
        due(person, 4)
    few, served = Few(Hand(1)), []
    for _ in range(6):
        row = few.next()
        assert row is not None
        served.append(row.owner_id)
        steady[0] += OLD
    assert sorted(served[:3]) == sorted(served[3:]) == sorted(person.pk for person in people)


@pytest.mark.django_db
def test_however_much_of_one_channel_is_due_that_of_another_has_its_turn(steady: list[float]) -> None:
    ann = factories.person("Ann")
    page, other = factories.channel(ann), factories.channel(ann)
    for _ in range(OF_ONE + 2 * AT_ONCE):
        factories.delivery(factories.post(ann, page), page)
    last = factories.delivery(factories.post(ann, other), other)
    hand = Hand(OF_ONE + 2)
    few = Few(hand)
    for _ in range(OF_ONE):
        hand.choose(few.next() or row())
    assert hand.full() == {page.pk}
    assert getattr(few.next(), "pk", None) == last.pk
