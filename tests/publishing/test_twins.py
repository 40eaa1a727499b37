"""Two posts with the very same words on one channel: neither is ever taken for the other."""

from __future__ import annotations

import pytest

import publishing.tasks
from publishing.models import Delivery
from tests.house import House

State = Delivery.State
SHOWING = {"instagram": "*/media_publish", "threads": "*/threads_publish"}
A_MINUTE = 1 / 60


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_the_only_post_with_these_words_may_be_that_of_the_twin(house: House, platform: str) -> None:
    channel = house.connect()[platform]
    (lost,) = house.approved("The same words twice.", channel)
    house.box.fault("drop", path=SHOWING[platform], times=1)
    house.settle(lost, hours=A_MINUTE)
    (twin,) = house.approved("The same words twice.", channel)
    house.box.fault("lost", path=SHOWING[platform], times=1)
    house.settle(twin, hours=A_MINUTE)
    for delivery in (lost, twin):
        house.box.fault("status", method="GET", path=f"*/{delivery.handle}", status=500)
    house.later(120)
    publishing.tasks.round()
    assert [_state(lost), _state(twin)] == [State.CHECKING, State.CHECKING]

    house.box.no_faults()
    assert {house.settle(delivery).state for delivery in (lost, twin)} == {State.PUBLISHED}
    assert len(house.box.feed(platform)) == 2


def _state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state
