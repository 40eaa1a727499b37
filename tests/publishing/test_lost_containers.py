"""What was laid down with Instagram or Threads, and they do not know it, or do not tell of it."""

from __future__ import annotations

import pytest

import outbox.tasks
from outbox.refused_sends import MOST_SHOWINGS
from poster import clock
from publishing.models import Delivery
from tests.house import House

State = Delivery.State
MOVING = set(State.moving())


def spin(house: House, row: Delivery, hours: float) -> None:
    """Rounds whenever it is due, until it has ended or the time is over."""
    until = house.offset + hours * 3600
    while house.offset < until and row.state in MOVING:
        outbox.tasks.round()
        row.refresh_from_db()
        house.later(max(min((row.next_at - clock.now()).total_seconds(), 900), 20) + 1)


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_a_container_whose_status_nobody_tells_is_shown_all_the_same_and_once(house: House, platform: str) -> None:
    """100/33 for every container, while laying down and showing work: gitroomhq/postiz-app issue 1562."""
    channel = house.connect()[platform]
    house.box.fault("error", code=100, subcode=33, method="GET", path="/v*/1[0-9]*[0-9]")
    (row,) = house.approved("Fresh bread, still warm.", channel)
    spin(house, row, 1)
    assert (row.state, len(house.box.feed(platform))) == (State.PUBLISHED, 1)


def test_one_that_takes_long_is_not_asked_to_be_shown_before_it_surely_is_done(house: House) -> None:
    channel = house.connect()["instagram"]
    house.box.fault("error", code=100, subcode=33, method="GET", path="/v*/1[0-9]*[0-9]")
    (row,) = house.approved("Fresh bread, still warm.", channel)
    spin(house, row, 4 / 60)
    assert (row.state, row.entries.filter(kind="commit").count()) == (State.QUEUED, 0)


def test_a_container_that_threads_has_lost_is_made_anew_within_minutes(house: House) -> None:
    """Finished, and then "media not found" for good: only a fresh one goes out (trypostit/trypost pull 280)."""
    channel = house.connect()["threads"]
    (row,) = house.approved("Fresh bread, still warm.", channel)
    lost = {"code": 24, "subcode": 4279009, "method": "POST", "path": "*/threads_publish"}
    house.box.fault("error", **lost, times=MOST_SHOWINGS)
    spin(house, row, 1)
    assert (row.state, len(house.box.feed("threads"))) == (State.PUBLISHED, 1)
    assert len(set(row.entries.filter(kind="commit").values_list("refs", flat=True))) == 2


def test_one_that_they_never_know_does_not_end_the_post(house: House) -> None:
    """What they certainly did not show goes on being asked for; being late ends it, and nothing else."""
    channel = house.connect()["threads"]
    (row,) = house.approved("Fresh bread, still warm.", channel)
    house.box.fault("error", code=24, subcode=4279009, method="POST", path="*/threads_publish")
    spin(house, row, 2)
    assert row.state == State.PREPARED
    assert len(set(row.entries.filter(kind="commit").values_list("refs", flat=True))) == 3
    house.box.no_faults()
    spin(house, row, 1)
    assert (row.state, len(house.box.feed("threads"))) == (State.PUBLISHED, 1)
