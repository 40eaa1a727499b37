"""Not more than they take, and not faster."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Channel
from outbox import preflight, refused_sends
from outbox.reasons.gate import AskedUsToWait
from outbox.tasks import round as publishing_round
from poster import clock
from poster.errors import Suspended
from publishing.models import Delivery
from tests import factories
from tests.facts import Said
from tests.house import House

State = Delivery.State


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_a_used_up_quota_waits_and_is_asked_about_again(house: House, platform: str) -> None:
    channel = house.connect()[platform]
    house.box.fault("quota", code=1)
    (first,), (second,) = (house.approved(text, channel) for text in ("Number one.", "Number two."))
    house.settle(first)
    house.settle(second, hours=0.5)
    assert (first.state, second.state) == (State.PUBLISHED, State.PREPARED)
    assert len(house.box.feed()) == 1
    house.box.no_faults()
    house.settle(second)
    assert second.state == State.PUBLISHED


def test_waiting_for_what_the_channel_takes_makes_no_post_late(house: House) -> None:
    """One a day, and four of them; nothing may be later than a day."""
    channel = house.connect()["instagram"]
    house.box.fault("quota", code=1)
    rows = [house.approved(f"Number {n}.", channel, asset=house.asset(f"{n}.jpg"))[0] for n in range(4)]
    for _ in range(85):
        publishing_round()
        house.later(3601)
    for row in rows:
        row.refresh_from_db()
    assert {row.state for row in rows} == {State.PUBLISHED}
    moments = [post["created_at"] for post in house.box.feed()]
    assert max(moments) - min(moments) > 48 * 3600


def test_being_switched_off_for_two_days_does(house: House) -> None:
    (delivery,) = house.approved("Soup of the day.", house.connect()["facebook"])
    house.later(50 * 3600)
    assert house.settle(delivery).state == State.MISSED


def test_spacing_lets_a_backlog_drip_out(house: House) -> None:
    channel = house.connect()["facebook"]
    Channel.objects.update(spacing=600)
    for number in range(3):
        house.approved(f"Number {number}.", channel, asset=house.asset(f"{number}.jpg"))
    seen = []
    for _ in range(16):
        publishing_round()
        seen.append(len(house.box.feed()))
        house.later(120)
    assert seen[-1] == 3
    assert seen.count(1) >= 4
    assert seen.count(2) >= 4


def test_a_call_that_is_dated_in_the_future_holds_nothing_up(house: House) -> None:
    """The clock was put back since."""
    channel = house.connect()["facebook"]
    Channel.objects.update(spacing=600)
    (first,) = house.approved("Number one.", channel)
    house.settle(first)
    Delivery.objects.filter(pk=first.pk).update(committed_at=clock.now() + dt.timedelta(days=1))
    (second,) = house.approved("Number two.", channel, asset=house.asset("2.jpg", seed=2))
    assert house.settle(second, hours=0.2).state == State.PUBLISHED


def test_what_their_block_makes_it_wait_makes_it_no_later(house: House) -> None:
    began = clock.now().timestamp()
    clock.use(lambda: began)
    (delivery,) = house.approved("Waits.", house.connect()["facebook"])
    before = delivery.latest_at
    refused_sends.not_out(delivery, Suspended(Said(words="They block it for spam."), code="x"), [])
    delivery.refresh_from_db()
    assert delivery.latest_at - before == delivery.next_at - clock.now() > dt.timedelta(0)


def test_a_rate_limit_rests_the_whole_channel_for_as_long_as_they_say(house: House) -> None:
    channel = house.connect()["facebook"]
    house.box.fault("rate", path="*/feed", method="POST", retry_after="1800", times=1)
    (delivery,) = house.approved("Slow down.", channel)
    house.round()
    channel.refresh_from_db()
    assert channel.resting_until is not None
    assert 1790 < (channel.resting_until - clock.now()).total_seconds() <= 1900
    house.later(900)
    house.round()
    assert house.box.feed() == []
    house.settle(delivery)
    assert len(house.box.feed()) == 1


@pytest.mark.django_db
def test_what_is_laid_down_in_part_rests_as_well() -> None:
    """Each call for it would use up what is left of our allowance."""
    ann = factories.person("Ann")
    channel = factories.channel(ann, "instagram", resting_until=clock.now() + dt.timedelta(hours=1))
    delivery = factories.delivery(factories.post(ann, channel), channel, staged_at=clock.now(), media=[])
    for stop in (preflight.gate(delivery), preflight.going_on(delivery)):
        assert stop is not None
        assert stop.reason.code == AskedUsToWait.code


def test_never_send_again_asks_a_person_instead(house: House) -> None:
    channel = house.connect()["instagram"]
    Channel.objects.update(never_resend=True)
    house.box.fault("drop", path="*/media_publish", method="POST", times=1)
    (delivery,) = house.approved("Only once, whatever happens.", channel)
    house.settle(delivery)
    assert delivery.state == State.NEEDS_YOU
    assert house.box.feed() == []


def test_a_picture_that_cannot_be_worked_on_is_given_up_after_three_times(house: House) -> None:
    channel = house.connect()["instagram"]
    house.box.fault("container_error", code=2207053)
    (delivery,) = house.approved("Strange picture.", channel)
    house.settle(delivery)
    assert delivery.state == State.FAILED
    assert delivery.entries.filter(kind="stage").count() == 3
    assert house.box.feed() == []
