"""What is published without its id or its link gets them later, and stays published whatever they say."""

from __future__ import annotations

import pytest

from outbox import outcomes, permalinks
from outbox.crew import Crew
from outbox.ledger import Kind
from outbox.tasks import due, link_due
from outbox.tasks import round as publishing_round
from poster import clock
from poster.work.time_budget import never
from publishing.models import Delivery
from tests.house import House

State = Delivery.State
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
SHOWN = {"facebook": "*/feed", "instagram": "*/media_publish", "threads": "*/threads_publish"}
HOST = {"facebook": "graph.facebook.com", "instagram": "graph.facebook.com", "threads": "graph.threads.net"}


def proven_by_its_container(house: House, platform: str) -> Delivery:
    """The answer was lost, and no list shows it yet."""
    channel = house.connect()[platform]
    house.box.fault("lost", path=SHOWN[platform], method="POST", times=1)
    house.box.fault("listing_misses")
    (row,) = house.approved("Fresh bread, still warm.", channel)
    house.settle(row)
    return row


def work(house: House, seconds: float, every: float) -> None:
    for _ in range(int(seconds / every)):
        link_due(never, Crew(1))
        house.later(every)
    link_due(never, Crew(1))


def posted(house: House, platform: str) -> int:
    return len([call for call in house.box.calls(SHOWN[platform][1:], method="POST") if call["status"] < 400])


@pytest.mark.parametrize("platform", ["instagram", "threads"])
@pytest.mark.parametrize("after", [2 * MINUTE, 3 * HOUR, 12 * DAY])
def test_when_they_list_it_it_gets_its_id_and_its_link(house: House, platform: str, after: float) -> None:
    row = proven_by_its_container(house, platform)
    assert (row.state, row.remote_id, row.permalink) == (State.PUBLISHED, "", "")
    published_at, calls = row.published_at, posted(house, platform)
    work(house, after, max(after / 20, 30))
    row.refresh_from_db()
    assert (row.state, row.remote_id) == (State.PUBLISHED, "")
    house.box.no_faults()
    work(house, *((5 * MINUTE, 30) if after < HOUR else (25 * HOUR, HOUR)))
    row.refresh_from_db()
    (post,) = house.box.feed()
    assert (row.state, row.published_at, row.remote_id) == (State.PUBLISHED, published_at, post["id"])
    assert row.permalink.rpartition("/")[0]
    assert posted(house, platform) == calls
    line = row.entries.exclude(state="").order_by("-number").first()
    assert line is not None
    assert (line.kind, line.remote_id, line.permalink) == (Kind.READ, row.remote_id, row.permalink)
    assert list(outcomes.faults(set())) == []


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_what_they_never_list_is_asked_about_seldom_and_for_a_month(house: House, platform: str) -> None:
    row = proven_by_its_container(house, platform)
    before = row.looks
    work(house, 40 * DAY, DAY / 4)
    row.refresh_from_db()
    assert row.state == State.PUBLISHED
    assert row.looks - before == pytest.approx(35, abs=8)
    assert not due()


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads"])
def test_a_lost_answer_about_the_link_does_not_wait_an_hour(house: House, platform: str) -> None:
    channel = house.connect()[platform]
    (row,) = house.approved("Fresh bread, still warm.", channel)
    house.settle(row)
    Delivery.objects.filter(pk=row.pk).update(permalink="", looks=0, next_at=clock.now())
    house.box.fault("drop", host=HOST[platform], method="GET", times=2)
    work(house, 2 * MINUTE, 10)
    row.refresh_from_db()
    assert (row.state, row.permalink != "") == (State.PUBLISHED, True)


def test_a_post_of_another_delivery_is_never_taken(house: House) -> None:
    """The same words twice, both out and neither known: which is which, nobody can tell."""
    channel = house.connect()["instagram"]
    rows = [house.approved("The same words.", channel, asset=house.asset(f"{n}.jpg", look=n))[0] for n in range(2)]
    for row in rows:
        house.settle(row)
    first, second = rows
    Delivery.objects.filter(pk=second.pk).update(remote_id="", permalink="", looks=0, next_at=clock.now())
    work(house, 2 * HOUR, 10 * MINUTE)
    second.refresh_from_db()
    first.refresh_from_db()
    assert second.remote_id != first.remote_id
    assert (first.state, second.state) == (State.PUBLISHED, State.PUBLISHED)


def test_it_never_enters_the_publish_path(house: House) -> None:
    row = proven_by_its_container(house, "instagram")
    house.box.no_faults()
    house.box.fault("error", method="GET", host=HOST["instagram"], code=190)
    for _ in range(30):
        publishing_round()
        house.later(HOUR)
    row.refresh_from_db()
    assert (row.state, row.remote_id, len(house.box.feed())) == (State.PUBLISHED, "", 1)
    assert permalinks.without_link().filter(pk=row.pk).exists()
