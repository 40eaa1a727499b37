"""Mails about what failed, one for each cause; and the mail of Monday."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache

from accounts import retention
from accounts.models import Channel, User
from accounts.notices import send_waiting
from outbox.reasons.gate import ChannelOff
from poster import clock
from poster.work.time_budget import never
from publishing.models import Delivery
from publishing.telling import failed, weekly
from tests import factories

pytestmark = pytest.mark.django_db
State, Wish = Delivery.State, User.Wish
MONDAY = dt.datetime(2026, 12, 7, 8, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def at() -> Iterator[Callable[[dt.datetime], None]]:
    def put(moment: dt.datetime) -> None:
        cache.clear()
        clock.use(moment.timestamp)

    put(MONDAY - dt.timedelta(days=3))
    yield put
    cache.clear()
    clock.use(time.time)


@pytest.fixture
def ann() -> User:
    person = factories.person("Ann")
    User.objects.filter(pk=person.pk).update(time_zone="UTC")
    person.refresh_from_db()
    return person


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann, name="Mill")


def fails(page: Channel, state: str = "failed", why: str = "one", **columns: Any) -> Delivery:
    """A post that this page did not get."""
    made = factories.delivery(factories.post(page.owner, page), page, state, **columns)
    Delivery.objects.filter(pk=made.pk).update(**Delivery.reason.columns(ChannelOff(channel=why)))
    return made


def told() -> int:
    failed.tell(never)
    send_waiting()
    return len(mail.outbox)


# -- what failed ------------------------------------------------------------------------------------------------------
def test_a_cause_is_one_mail_however_many_posts_it_is(page: Channel) -> None:
    for _ in range(7):
        fails(page)
    assert (told(), told()) == (1, 1)
    fails(page)
    assert told() == 1


@pytest.mark.parametrize("state", failed.ENDED)
def test_whatever_ended_badly_or_needs_them_is_told(page: Channel, state: str) -> None:
    fails(page, state)
    assert told() == 1


def test_two_causes_are_two_mails(page: Channel, ann: User) -> None:
    fails(page, why="one")
    fails(page, why="two")
    fails(factories.channel(ann, name="Bakery"))
    assert told() == 3


def test_when_all_of_it_is_mended_and_it_happens_again_it_is_told_again(page: Channel, at: Any) -> None:
    first, second = fails(page), fails(page)
    assert told() == 1
    Delivery.objects.filter(pk=first.pk).update(state=State.CANCELLED)
    assert told() == 1
    Delivery.objects.filter(pk=second.pk).update(state=State.CANCELLED)
    at(MONDAY)
    fails(page)
    assert told() == 2


def test_what_ended_long_ago_is_no_news_and_is_not_told_when_the_notice_is_gone(page: Channel, at: Any) -> None:
    fails(page)
    assert told() == 1
    at(MONDAY + dt.timedelta(days=100))
    assert (retention.notices(), told()) == (1, 1)


def test_a_picture_that_could_not_be_read_is_told(ann: User) -> None:
    factories.file(ann, state="skipped")
    assert told() == 1


@pytest.mark.parametrize(("wish", "sent"), [(Wish.NEVER, 0), (Wish.DAILY, 0), (Wish.AT_ONCE, 1)])
def test_as_they_wish(page: Channel, wish: User.Wish, sent: int, at: Any) -> None:
    User.objects.update(on_failure=wish)
    fails(page)
    fails(page, why="two")
    assert told() == sent * 2
    at(MONDAY - dt.timedelta(days=2))
    assert told() == {Wish.NEVER: 0, Wish.DAILY: 1, Wish.AT_ONCE: 2}[wish]


def test_what_waits_for_a_login_is_told_with_the_login(page: Channel) -> None:
    Channel.objects.filter(pk=page.pk).update(state=Channel.State.BLOCKED)
    fails(page, "blocked")
    assert told() == 0


def test_nobody_is_told_of_what_is_anothers(page: Channel, ann: User) -> None:
    factories.person("Bob")
    fails(page)
    told()
    assert [letter.to for letter in mail.outbox] == [[ann.email]]


# -- the week ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def wishing(ann: User) -> User:
    User.objects.filter(pk=ann.pk).update(weekly_summary=True)
    ann.refresh_from_db()
    return ann


def week(at: Any, moment: dt.datetime = MONDAY) -> int:
    at(moment)
    weekly.tell(never)
    return len(mail.outbox)


def test_nothing_to_tell_no_mail(wishing: User, at: Any) -> None:
    assert week(at) == 0


def test_on_monday_the_week_is_told_once_in_figures(wishing: User, page: Channel, at: Any) -> None:
    for _ in range(3):
        factories.delivery(factories.post(wishing, page), page, "published")
    fails(page)
    factories.post(wishing, page, watch=None)
    assert week(at, MONDAY - dt.timedelta(hours=1)) == 0
    assert [week(at), week(at), week(at, MONDAY + dt.timedelta(days=1))] == [1, 1, 1]
    found = weekly.figures(wishing, weekly.monday_of(wishing))
    assert (found.out, found.failed, found.drafts) == ([("Mill", 3)], 1, 1)


def test_the_week_is_that_of_their_zone(wishing: User, page: Channel, at: Any) -> None:
    User.objects.update(time_zone="America/New_York")
    factories.delivery(factories.post(wishing, page), page, "published")
    assert [week(at), week(at, MONDAY + dt.timedelta(hours=5))] == [0, 1]


def test_what_went_out_this_morning_belongs_to_the_next_week(wishing: User, page: Channel, at: Any) -> None:
    at(MONDAY)
    factories.delivery(factories.post(wishing, page), page, "published")
    assert week(at) == 0
    assert week(at, MONDAY + dt.timedelta(days=7)) == 1


def test_who_did_not_tick_it_or_ticks_it_late_gets_none(ann: User, page: Channel, at: Any) -> None:
    fails(page)
    assert week(at) == 0
    User.objects.update(weekly_summary=True)
    assert week(at, MONDAY + dt.timedelta(days=3)) == 0


def test_a_name_of_several_lines_or_of_many_letters_breaks_no_mail(ann: User, at: Any) -> None:
    User.objects.update(on_failure=Wish.DAILY)
    fails(factories.channel(ann, name=f"Mill\n{'x' * 190}"))
    assert told() == 0
    at(MONDAY)
    assert told() == 1
