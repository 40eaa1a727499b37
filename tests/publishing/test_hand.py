"""What a worker has in hand: two of each channel, and what a worker has died of by itself."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

from outbox.models import Outgoing
from outbox.takings import LATEST, Hand, _next
from poster import clock

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


def test_what_others_were_faster_with_is_in_hand_no_more() -> None:
    hand, first = Hand(2), row()
    hand.choose(first)
    hand.miss(first.pk)
    assert (hand.chosen, hand.lost) == ({}, {first.pk})


def test_a_clock_that_is_put_makes_nothing_late() -> None:
    """The queue counts real seconds; a machine's clock, or a simulation's, may jump by hours."""
    hand = Hand(1)
    clock.use(lambda: time.time() + 3600)
    try:
        assert not hand.is_late
    finally:
        clock.use(time.time)
    hand.began -= LATEST + 1
    assert hand.is_late
