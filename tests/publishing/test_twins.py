"""Two posts with the very same words, or the same picture, on one channel: neither is ever taken for the other, and a
watch posts a picture once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

import outbox.takings
import outbox.tasks
from accounts.connections.grants import connect
from accounts.models import Channel
from outbox import manual_actions
from poster import clock
from poster.errors import Unanswered
from poster.permissions import Caller
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS
from publishing.posts.approving import approve, approve_by_watch
from publishing.reasons import gate as why
from tests.facts import Said
from tests.house import House, grant
from tests.publishing.staged import EVENTS, SHOWN, laid_down
from tests.watches.staged import registered

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
        house.box.fault("status", method="GET", path=f"*/{delivery.refs}", status=500)
    house.later(120)
    outbox.tasks.round()
    assert [_state(lost), _state(twin)] == [State.CHECKING, State.CHECKING]

    house.box.no_faults()
    assert {house.settle(delivery).state for delivery in (lost, twin)} == {State.PUBLISHED}
    assert len(house.box.feed(platform)) == 2


def _state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


# --- two posts with the very same picture


@pytest.fixture
def channel(house: House) -> Iterator[Channel]:
    """A channel of a platform behind which something may happen."""
    tokens = house.box.person()
    credential, _ = connect(house.owner, "facebook", grant(tokens["facebook"]))
    Channel.objects.all().delete()
    with registered(PLATFORMS, "staged", "tests.publishing.staged:Platform"):
        yield Channel.objects.create(
            owner=house.owner, credential=credential, platform="staged", remote_id="1", name="Stage"
        )
    EVENTS.clear()
    SHOWN.clear()


def by_watch(house: House, channel: Channel, text: str, **picture: Any) -> Delivery:
    """On its way by a standing order: nobody has seen it. Its original is known by its bytes alone."""
    (delivery,) = approve_by_watch(house.post(text, channel, asset=house.asset(f"{text}.jpg", **picture)))
    return delivery


def read(delivery: Delivery) -> Delivery:
    """As a worker reads it."""
    return Delivery.objects.select_related("post", "channel__credential").get(pk=delivery.pk)


def advance(delivery: Delivery, times: int = 1) -> str:
    """A half of a taking for each: what is not laid down is laid down, what is laid down is shown."""
    for _ in range(times):
        row = read(delivery)
        if row.state == State.QUEUED:
            laid_down(row)
        else:
            outbox.takings.advance(row)
    return read(delivery).state


def test_the_elder_goes_and_the_younger_waits_whoever_comes_first(house: House, channel: Channel) -> None:
    elder, younger = (by_watch(house, channel, text) for text in ("Elder", "Younger"))
    assert advance(younger) == State.NEEDS_YOU
    assert read(younger).reason == why.SamePicture(channel=younger.channel_name)
    assert read(younger).refs == ""  # nothing of it was laid down
    assert advance(elder, 2) == State.PUBLISHED
    manual_actions.say_it_is_not(younger, by=Caller.of(house.owner))
    assert advance(younger, 2) == State.PUBLISHED
    assert SHOWN == ["laid down: Elder", "laid down: Younger"]


def test_what_is_blocked_goes_on_and_is_waited_for(house: House, channel: Channel) -> None:
    elder, younger = (by_watch(house, channel, text) for text in ("Elder", "Younger"))
    Delivery.objects.filter(pk=elder.pk).update(state=State.BLOCKED)
    assert advance(younger) == State.NEEDS_YOU


def test_of_two_made_in_the_same_moment_one_goes(house: House, channel: Channel) -> None:
    both = [by_watch(house, channel, text) for text in ("One", "Other")]
    Delivery.objects.update(created_at=both[0].created_at)
    assert sorted(advance(each) for each in both) == [State.NEEDS_YOU, State.PREPARED]


def test_twins_that_only_their_renditions_show_are_told_at_the_last_gate(house: House, channel: Channel) -> None:
    """Other bytes, and nothing known of how they look: what will be published is the same all the same."""
    elder = by_watch(house, channel, "Elder")
    younger = by_watch(house, channel, "Younger", comment=b"other bytes")
    assert advance(younger, 2) == State.PUBLISHED  # nobody could know yet
    assert advance(elder) == State.PREPARED
    assert advance(elder) == State.NEEDS_YOU
    assert SHOWN == ["laid down: Younger"]


def test_both_prepared_the_elder_goes(house: House, channel: Channel) -> None:
    elder = by_watch(house, channel, "Elder")
    younger = by_watch(house, channel, "Younger", comment=b"other bytes")
    assert [advance(younger), advance(elder)] == [State.PREPARED, State.PREPARED]
    assert advance(younger) == State.NEEDS_YOU
    assert advance(elder) == State.PUBLISHED
    assert SHOWN == ["laid down: Elder"]


@pytest.mark.parametrize("moment", ["asked", "preparing"])
def test_a_twin_that_goes_out_meanwhile_stops_the_one_that_has_passed_the_gate(
    house: House, channel: Channel, moment: str
) -> None:
    """A person posts the same picture by their own yes, while a worker has asked the gate for this one already."""
    waiting = by_watch(house, channel, "By the watch")
    (wanted,) = approve(house.post("By a person", channel, asset=house.asset("same.jpg")), by=Caller.of(house.owner))
    if moment == "asked":
        advance(waiting)
    EVENTS[moment] = lambda: advance(wanted, 2)
    outbox.takings.advance(read(waiting))
    assert SHOWN == ["laid down: By a person"]
    assert read(waiting).state == State.NEEDS_YOU
    assert read(waiting).commits == 0
    assert SHOWN == ["laid down: By a person"]


def test_a_twin_in_doubt_counts_and_one_that_failed_does_not(house: House, channel: Channel) -> None:
    elder, younger = (by_watch(house, channel, text) for text in ("Elder", "Younger"))
    advance(elder)
    EVENTS["publishing"] = lost
    assert advance(elder) == State.CHECKING
    assert advance(younger) == State.NEEDS_YOU
    third = by_watch(house, channel, "Third")
    for delivery in (elder, younger):
        manual_actions.forget(read(delivery), by=Caller.of(house.owner))
    assert advance(third, 2) == State.PUBLISHED


def test_what_was_planned_for_another_week_is_no_twin(house: House, channel: Channel) -> None:
    post = house.post("Next month", channel, asset=house.asset("a.jpg"))
    Post.objects.filter(pk=post.pk).update(due_at=clock.now() + dt.timedelta(days=30))
    post.refresh_from_db()
    (later,) = approve_by_watch(post)
    now = by_watch(house, channel, "Now")
    assert advance(now, 2) == State.PUBLISHED
    house.later(30 * 24 * 3600 + 5)
    assert advance(later, 2) == State.PUBLISHED


def test_another_channel_is_no_twin(house: House, channel: Channel) -> None:
    elsewhere = Channel.objects.create(
        owner=house.owner, credential=channel.credential, platform="staged", remote_id="2", name="Elsewhere"
    )
    one, other = by_watch(house, channel, "Here"), by_watch(house, elsewhere, "There")
    assert [advance(one, 2), advance(other, 2)] == [State.PUBLISHED, State.PUBLISHED]


def lost() -> None:
    raise Unanswered(Said(words="No answer."))
