"""Two who are approved in the same moment never have one slot, and never wait for each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.models import Channel
from poster import clock
from poster.ledger.verification import verify
from poster.permissions import Caller
from publishing.models import Delivery, Post, Variant
from publishing.posts import due_times, slots
from publishing.posts.approving import approve
from tests import factories
from tests.postgres.meeting import at_once, meeting
from tests.whole.servers import Postgres

Work = Callable[[], list[Delivery]]


@pytest.fixture
def channels(on_postgres: Postgres) -> list[Channel]:
    ann = factories.person("Ann")
    both = [factories.channel(ann), factories.channel(ann, "threads")]
    for channel in both:
        slots.add(channel, weekdays=range(7), wall=dt.time(9), zone="Europe/Berlin", by=Caller.of(ann))
    return both


def yes(*channels: Channel, how: str = "next") -> Work:
    """Somebody approves a post for these."""
    post = factories.post(channels[0].owner, *channels, queue=how)
    return lambda: approve(Post.objects.select_related("owner").get(pk=post.pk), by=Caller.of(post.owner))


def claimed(channel: Channel) -> list[dt.datetime | None]:
    return sorted(Delivery.objects.filter(channel=channel).values_list("planned_at", flat=True))


@pytest.mark.parametrize("how", ["next", "first", "last"])
def test_of_two_that_meet_each_has_a_slot(on_postgres: Postgres, channels: list[Channel], how: str) -> None:
    page = channels[0]
    told = meeting(on_postgres, yes(page), yes(page, how=how))
    assert all(isinstance(each, list) for each in told), told
    assert claimed(page) == slots.next_of(page, clock.now(), 2)
    assert verify() == []


def test_two_posts_for_the_same_channels_in_another_order(on_postgres: Postgres, channels: list[Channel]) -> None:
    told = at_once(*(yes(*order) for order in (channels, channels[::-1]) for _ in range(3)))
    assert all(isinstance(each, list) for each in told), told
    for channel in channels:
        assert claimed(channel) == slots.next_of(channel, clock.now(), 6)
    assert verify() == []


@pytest.mark.parametrize("how", ["next", "first"])
def test_of_two_that_meet_feed_and_stories_are_one_slot(
    on_postgres: Postgres, channels: list[Channel], how: str
) -> None:
    page = channels[0]
    posts = [yes(page), yes(page, how=how)]
    for post in Post.objects.all():
        Variant.objects.create(post=post, channel=page, placement="story")
    told = meeting(on_postgres, *posts)
    assert all(isinstance(each, list) for each in told), told
    first, second = slots.next_of(page, clock.now(), 2)
    assert claimed(page) == [first, first, second, second]
    assert Delivery.objects.filter(queued=True).count() == 2
    assert verify() == []


def test_of_a_move_and_one_who_makes_room_one_wins(on_postgres: Postgres, channels: list[Channel]) -> None:
    page = channels[0]
    (held,) = yes(page)()
    to = held.due_at + dt.timedelta(hours=1)
    meeting(
        on_postgres,
        lambda: due_times.move(held, to=to, was=held.due_at, by=Caller.of(page.owner)),
        yes(page, how="first"),
    )
    assert claimed(page) == sorted([slots.next_of(page, clock.now(), 1)[0], to])
    assert verify() == []
