"""Mails about what failed, one for each cause; and the mail of Monday."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache

from accounts import retention
from accounts.models import Channel, Notice, User
from accounts.notices import send_waiting
from outbox import ledger, manual_actions
from outbox.reasons.gate import ChannelOff, TooLate
from poster import clock
from poster.permissions import Caller
from poster.work.time_budget import never
from publishing.failures import failures
from publishing.models import Delivery
from publishing.telling import failed, weekly
from tests import factories
from tests.clocks import Clock
from watches.models import FoundFile
from watches.reasons.files import EmptyFile

pytestmark = pytest.mark.django_db
State, Wish = Delivery.State, User.Wish
MONDAY = dt.datetime(2026, 12, 7, 8, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def at(the_clock: Clock) -> Iterator[Callable[[dt.datetime], None]]:
    def put(moment: dt.datetime) -> None:
        cache.clear()
        the_clock.put(moment)

    put(MONDAY - dt.timedelta(days=3))
    yield put
    cache.clear()


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


def is_now(row: Delivery, state: str) -> None:
    """The engine moved it, and wrote a line."""
    moved = {"state": state, "next_at": clock.now(), **Delivery.reason.columns(ChannelOff(channel="one"))}
    Delivery.objects.filter(pk=row.pk).update(**moved)
    row.refresh_from_db()
    ledger.moved(row, ledger.Kind.DECISION, ChannelOff(channel="one"), created_at=clock.now())


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


def test_posts_missed_by_different_hours_are_one_cause(page: Channel) -> None:
    for hours in range(1, 11):
        row = fails(page, "missed")
        Delivery.objects.filter(pk=row.pk).update(**Delivery.reason.columns(TooLate(hours=hours)))
    assert (told(), told()) == (1, 1)
    assert mail.outbox[0].subject.startswith("10 posts")


def test_the_card_and_the_mail_of_what_was_missed_say_what_is_so_of_all(page: Channel) -> None:
    rows = [fails(page, "missed") for _ in range(2)]
    for row, hours in zip(rows, (1, 5), strict=True):
        Delivery.objects.filter(pk=row.pk).update(**Delivery.reason.columns(TooLate(hours=hours)))
        row.refresh_from_db()
    assert [(card.number, card.sentence) for card in failures(rows, [])] == [(2, "missed")]
    assert [card.sentence for card in failures(rows[1:], [])] == [rows[1].error]
    assert told() == 1
    assert not re.search(r"\d hours?", str(mail.outbox[0].body))


def test_a_number_that_may_be_larger_says_so(page: Channel, ann: User) -> None:
    for _ in range(failed.ALIKE + 1):
        fails(page)
    fails(factories.channel(ann, name="Bakery"), "blocked")  # of these all are seen
    assert told() == 2
    words = {letter.subject: str(letter.body) for letter in mail.outbox}
    assert set(words) == {"100+ posts did not go out: Mill", "1 post did not go out: Bakery"}
    assert "and 95+ more" in words["100+ posts did not go out: Mill"]


def test_files_of_one_cause_that_come_one_by_one_are_one_mail(ann: User, at: Any) -> None:
    watch = factories.watch(ann)
    for number in range(10):
        at(MONDAY - dt.timedelta(days=3) + dt.timedelta(minutes=number))
        file = factories.file(ann, watched_by=watch, state="skipped")
        FoundFile.objects.filter(pk=file.pk).update(**FoundFile.reason.columns(EmptyFile(name=f"{number}.jpg")))
        assert told() == 1


def test_pages_of_one_name_are_two_causes(page: Channel, ann: User) -> None:
    for each in (page, factories.channel(ann, "instagram", name="Mill")):
        fails(each)
    assert told() == 2


def test_what_failed_once_more_is_told_once_more(page: Channel, ann: User, at: Any) -> None:
    row = fails(page, due_at=clock.now() - dt.timedelta(days=6))
    assert told() == 1
    at(MONDAY - dt.timedelta(days=1))  # by now it was due more than a week ago
    manual_actions.post_now(row, by=Caller.of(ann))
    assert told() == 1
    is_now(row, "failed")
    assert (told(), told()) == (2, 2)
    is_now(row, "failed")  # another line of the same end
    assert told() == 2


def test_another_post_that_was_due_before_and_fails_later_is_told(page: Channel, at: Any) -> None:
    other = fails(page, "queued", due_at=clock.now() - dt.timedelta(hours=2))
    first = fails(page)
    assert told() == 1
    is_now(first, "cancelled")
    at(MONDAY - dt.timedelta(days=2))
    is_now(other, "failed")
    assert (told(), told()) == (2, 2)


def test_a_file_that_was_tried_again_in_vain_is_told_once_more(ann: User, at: Any) -> None:
    file = factories.file(ann, watched_by=factories.watch(ann), state="skipped")
    assert told() == 1
    at(MONDAY + dt.timedelta(days=2))
    FoundFile.objects.filter(pk=file.pk).update(next_at=clock.now())
    assert (told(), told()) == (2, 2)


def test_the_mail_of_the_day_tells_nothing_that_was_mended_meanwhile(page: Channel, at: Any) -> None:
    User.objects.update(on_failure=Wish.DAILY)
    first, second = fails(page), fails(page, why="two")
    assert told() == 0
    is_now(first, "cancelled")
    failed.tell(never)
    assert [notice.words.count("two") for notice in Notice.objects.all()] == [1]
    is_now(second, "cancelled")
    failed.tell(never)
    at(MONDAY)
    assert (told(), Notice.objects.count()) == (0, 0)


def test_what_came_to_a_mail_of_the_day_that_waited_is_told_once(page: Channel, at: Any) -> None:
    User.objects.update(on_failure=Wish.DAILY)
    first = fails(page)
    told()
    at(MONDAY - dt.timedelta(days=2, hours=23))
    fails(page)
    told()
    is_now(first, "cancelled")
    for days in (2, 1, 0):
        at(MONDAY - dt.timedelta(days=days))
        told()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("names", [("One", "Two"), ("Two", "One")])
def test_one_whose_mail_cannot_be_made_keeps_no_other_waiting(names: tuple[str, str], settings: Any, at: Any) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.doors.Choking"
    for name in names:
        fails(factories.channel(factories.person(name)))
    User.objects.update(weekly_summary=True, time_zone="UTC")
    failed.tell(never)
    assert [letter.to for letter in mail.outbox] == [["two@example.org"]]
    assert week(at) == 2
    assert mail.outbox[1].to == ["two@example.org"]


@pytest.mark.parametrize("state", State.for_people())
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


def test_the_figures_are_counted_to_their_end(wishing: User, page: Channel) -> None:
    for _ in range(101):
        fails(page)
    assert weekly.figures(wishing, MONDAY).failed == 101


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
