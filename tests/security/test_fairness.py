"""Whoever has a hundred thousand files keeps nobody else waiting: rows that wait are served each person in turn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import F

import outbox.takings
import outbox.tasks
import publishing.describing.tasks
import watches.tasks
from accounts.models import User
from outbox.crew import Crew
from poster import clock
from poster.models import Switch
from poster.work.fairness import in_turn
from publishing.describing.tasks import words_due
from publishing.models import Delivery, Post
from publishing.posts.composing import compose_ready
from tests import factories
from watches.models import FoundFile, SourceCursor

MANY = 3000
SECONDS_PER_STEP = 5.0  # on a platform's bad day; 60 s is what somebody else may cost
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return factories.person("Alice")


@pytest.fixture
def bob() -> User:
    return factories.person("Bob")


def long_ago(minutes: int) -> dt.datetime:
    return clock.now() - dt.timedelta(minutes=minutes)


def flood_of_deliveries(owner: User) -> None:
    page, text = factories.channel(owner), "One of many"
    posts = Post.objects.bulk_create(Post(owner=owner, text=text, state=Post.State.APPROVED) for _ in range(MANY))
    common = {"channel": page, "channel_name": page.name, "platform": page.platform, "content_hash": "0" * 64}
    times = {"due_at": long_ago(90), "next_at": long_ago(90), "latest_at": clock.now() + dt.timedelta(days=1)}
    Delivery.objects.bulk_create(Delivery(owner=owner, post=post, text=text, **common, **times) for post in posts)


def flood_of_files(owner: User, state: str) -> None:
    order = factories.watch(owner)
    FoundFile.objects.bulk_create(
        FoundFile(
            owner=owner,
            watch=order,
            external_id=str(n),
            name=f"{n}.jpg",
            state=state,
            next_at=long_ago(90),
            sha256=str(n),
        )
        for n in range(MANY)
    )


def test_a_due_post_waits_less_than_a_minute_behind_the_flood_of_somebody_else(
    alice: User, bob: User, steady: list[float]
) -> None:
    """By a clock that goes on by five seconds with each step, and a new post of Bob's in the middle of the flood."""
    flood_of_deliveries(alice)
    Switch.objects.create(name=Switch.PAUSE)  # a step then ends at the gate, before anybody outside is asked
    steps = 0

    def time_passes() -> bool:
        nonlocal steps
        steps += 1
        steady[0] += SECONDS_PER_STEP
        if steps == 3:
            factories.delivery(factories.post(bob), factories.channel(bob))
        return Delivery.objects.filter(owner=bob, fence__gt=0).exists()

    outbox.takings.deliver_due(time_passes, Crew(1))
    assert Delivery.objects.filter(owner=bob, fence__gt=0).exists()
    assert (steps - 3) * SECONDS_PER_STEP <= 60


def test_a_new_file_is_the_second_in_line(alice: User, bob: User) -> None:
    flood_of_files(alice, "found")
    his = factories.file(bob, watched_by=factories.watch(bob), state="found")
    assert his in in_turn(watches.tasks.found_due(), watches.tasks.AT_ONCE)[:2]


def test_a_new_post_without_words_is_the_second_in_line(alice: User, bob: User) -> None:
    order, times = factories.watch(alice), {"next_at": long_ago(90)}
    Post.objects.bulk_create(
        Post(owner=alice, watch=order, wants_words="captioner", turn=1, **times) for _ in range(MANY)
    )
    his = factories.wordless(bob)
    assert his in in_turn(words_due(), publishing.describing.tasks.AT_ONCE)[:2]


def test_many_watches_of_one_person_do_not_keep_anothers_from_being_looked_at(alice: User, bob: User) -> None:
    for number in range(60):
        factories.watch(alice, place_id=f"/srv/{number}")
    SourceCursor.objects.update(next_at=long_ago(90))
    his = factories.watch(bob).stream
    assert his in in_turn(watches.tasks.streams_due(), watches.tasks.AT_ONCE)


def test_files_become_posts_in_turn(alice: User, bob: User) -> None:
    order = factories.watch(alice)
    for number in range(30):
        factories.file(alice, watched_by=order, name=f"{number}.jpg")
    FoundFile.objects.update(created_at=F("created_at") - dt.timedelta(hours=1))
    factories.file(bob, watched_by=factories.watch(bob))
    assert compose_ready(most=2) == 2
    assert Post.objects.filter(owner=bob).count() == 1


def test_of_more_people_than_places_everybody_gets_a_turn() -> None:
    """By lot: each round another few, whoever came first."""
    for number in range(12):
        person = factories.person(f"Person{number}")
        factories.file(person, state="found", next_at=long_ago(100 - number))
    served: set[Any] = set()
    for _ in range(30):  # the chance that somebody is left out of all of these is one in 10^22
        served |= {row.owner_id for row in in_turn(watches.tasks.found_due(), 10)}
    assert len(served) == 12


def test_each_persons_rows_keep_their_order_and_nobody_gets_more_than_asked_for(alice: User, bob: User) -> None:
    rows = [factories.file(alice, state="found", next_at=long_ago(minutes)) for minutes in (5, 9, 7)]
    factories.file(bob, state="found", next_at=long_ago(1))
    chosen = in_turn(watches.tasks.found_due(), 3)
    assert [row.pk for row in chosen if row.owner_id == alice.pk] == [rows[1].pk, rows[2].pk]
    assert in_turn(FoundFile.objects.none(), 3) == []
