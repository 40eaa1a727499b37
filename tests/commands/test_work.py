"""`work --until-idle`: the whole way of a picture without any other process."""

from __future__ import annotations

import datetime as dt

import pytest

from operations.work import next_in, work_until_idle
from poster import clock
from publishing.models import Delivery
from tests.commands.asking import ask
from tests.house import House
from watches.models import FoundFile, SourceCursor


@pytest.fixture
def connected(house: House) -> House:
    house.connect()
    return house


def test_what_was_dropped_is_out_on_all_platforms_when_it_ends(connected: House) -> None:
    connected.drop("fresh bread.jpg")
    connected.watch(backlog="post", approval="auto")
    for channel in connected.channels.values():
        assert channel.state == "active"
    told = ask("work", "--until-idle", "--json")
    assert (told.code, told.json["idle"]) == (0, True)
    drafts = ask("posts", "--all", "--json").json
    assert {row["file_name"] for row in drafts} == {"fresh bread.jpg"}
    assert next_in() is None


def test_a_platform_that_works_for_a_while_is_waited_for(connected: House) -> None:
    connected.box.settings(processing_seconds=1)
    deliveries = connected.approved("Fresh bread.")
    ask("work", "--until-idle")
    states = set(Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).values_list("state", flat=True))
    assert states == {"published"}
    assert len(connected.box.feed()) == 3


def test_a_file_that_may_still_be_written_to_is_looked_at_twice(connected: House) -> None:
    """And at once: who asks now does not wait for the watch's hour."""
    watch = connected.watch(interval=3600)
    connected.drop()
    told = ask("work", "--until-idle", "--json")
    assert told.code == 0
    assert FoundFile.objects.filter(watch=watch).exclude(state="recorded").count() == 1


def test_a_folder_that_a_dead_worker_holds_is_waited_for(connected: House) -> None:
    connected.watch(backlog="post")
    connected.drop()
    SourceCursor.objects.update(leased_until=clock.now() + dt.timedelta(seconds=40))
    done = work_until_idle(timeout=600, patience=60, sleep=connected.later)
    assert (done.idle, FoundFile.objects.count()) == (True, 1)


def test_what_is_due_much_later_is_not_waited_for(connected: House) -> None:
    for vendor in ("graph.facebook.com", "graph.threads.net"):
        connected.box.fault("status", host=vendor, status=503)
    connected.approved("Fresh bread.")
    waited: list[float] = []
    done = work_until_idle(timeout=60, patience=0, sleep=waited.append)
    assert (done.idle, waited) == (True, [])
    assert (next_in() or 0) > 0


def test_when_the_time_is_over_before_the_work_the_exit_code_says_so(connected: House) -> None:
    connected.box.settings(processing_seconds=3600)
    connected.approved("Fresh bread.")
    told = ask("work", "--until-idle", "--timeout", "0", "--json")
    assert (told.code, told.json["idle"]) == (1, False)


def test_without_until_idle_it_does_one_round(connected: House) -> None:
    told = ask("work", "--json")
    assert (told.code, told.json["rounds"], len(told.json["last"])) == (0, 1, 8)
