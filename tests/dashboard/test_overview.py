"""The front page: the next two days and what went out, one row per post; failures by cause; first steps; the month."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Channel, User
from poster import clock
from publishing import day_bars, first_steps, month_strip
from publishing.calendar import glance, showing
from publishing.calendar.glance import Coming
from publishing.first_steps import Code, Facts
from publishing.models import Delivery, Post
from publishing.spending.budgets import Budget
from tests import factories
from tests.facts import Said
from watches.models import FoundFile

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
NOTHING = Facts(
    operator=True,
    own_address=False,
    public=False,
    app=False,
    practice=True,
    drive=False,
    social=False,
    source=False,
    approved=False,
    out=False,
)


def front(client: Any) -> dict[str, Any]:
    context: dict[str, Any] = client.get(reverse("admin:index")).context
    return context


def coming(person: User) -> Coming:
    return glance.coming(person, showing.channels_of(person))


def sent(to: list[Channel], state: str = "queued", after: dt.timedelta = HOUR, **columns: Any) -> Post:
    """A post with a delivery to each."""
    post, at = factories.post(to[0].owner, *to, state="approved"), clock.now() + after
    for channel in to:
        factories.delivery(post, channel, state, due_at=at, **columns)
    return post


@pytest.fixture
def places(alice) -> list[Channel]:
    return [factories.channel(alice, each, name=each) for each in ("facebook", "instagram", "threads")]


def test_what_goes_out_is_one_row_per_post_with_a_mark_for_each_channel(alice, places) -> None:
    post = sent(places)
    [day, *_] = coming(alice).days
    [entry] = day.entries
    assert (entry.post, [mark.name for mark in entry.marks]) == (post.pk, ["facebook", "instagram", "threads"])


def test_what_is_late_or_being_checked_stands_today_and_what_is_far_off_is_later(alice, places) -> None:
    late = sent(places[:1], "checking", after=-dt.timedelta(days=3))
    seen = coming(alice)
    assert [(day.name, [entry.post for entry in day.entries]) for day in seen.days] == [("Today", [late.pk])]
    assert not seen.later
    sent(places[:1], after=dt.timedelta(days=5))
    seen = coming(alice)
    assert (sum(len(day.entries) for day in seen.days), seen.more, seen.later) == (1, 0, True)


def test_more_than_fit_are_counted(alice, places) -> None:
    for number in range(glance.ROWS + 3):
        sent(places[:1], after=-number * HOUR)
    seen = coming(alice)
    assert (sum(len(day.entries) for day in seen.days), seen.more) == (glance.ROWS, 3)


def test_a_post_that_is_held_says_why(alice, places) -> None:
    sent(places[:1], **Delivery.reason.columns(Said(words="Quiet until nine.")))
    [entry] = coming(alice).days[0].entries
    assert entry.note == str(Said(words="Quiet until nine."))


def test_what_went_out_is_one_row_per_post_the_newest_first(alice, places) -> None:
    old = sent(places[:2], "published", after=-30 * HOUR, permalink="https://facebook.com/1/posts/2")
    new = sent(places[:1], "published", after=-HOUR)
    out = glance.lately(alice, showing.channels_of(alice))
    assert [(each.post, len(each.channels)) for each in out] == [(new.pk, 1), (old.pk, 2)]


def test_of_an_old_post_that_was_just_found_nobody_says_just_now(alice, places) -> None:
    asked = clock.now() - 5 * HOUR
    sent(places[:1], "published", after=-5 * HOUR, committed_at=asked, published_at=clock.now())
    [out] = glance.lately(alice, showing.channels_of(alice))
    assert out.at == asked


def test_what_went_out_long_ago_is_still_shown(alice, places) -> None:
    post = sent(places, "published", after=-dt.timedelta(days=200))
    assert [each.post for each in glance.lately(alice, showing.channels_of(alice))] == [post.pk]


def test_other_peoples_posts_are_nowhere(alice, bob, places, browser) -> None:
    sent(places)
    sent(places, "published", after=-HOUR)
    seen = front(browser(bob))
    assert (seen["coming"].days, seen["published"], seen["strip"]) == ([], [], None)


def test_failures_of_one_cause_are_one_card_whose_acts_are_for_all(alice, places, browser) -> None:
    for words in ("Too wide.", "Too wide.", "Too small."):
        sent(places[:1], "failed", **Delivery.reason.columns(Said(words=words)))
    client = browser(alice)
    cards = {each.sentence: each for each in front(client)["failures"]}
    wide = cards[str(Said(words="Too wide."))]
    assert (len(cards), wide.number) == (2, 2)
    client.post(wide.aside[1], {"row": [row.pk for row in wide.rows]})
    states = sorted(Delivery.objects.values_list("state", flat=True))
    assert states == ["cancelled", "cancelled", "failed"]
    assert len(front(client)["failures"]) == 1


def test_pictures_that_one_thing_stopped_are_put_aside_together(alice, browser) -> None:
    watch = factories.watch(alice)
    for number in range(3):
        factories.file(alice, watched_by=watch, name=f"{number}.tiff", state="skipped", reason=Said(words="Broken."))
    client = browser(alice)
    [card] = front(client)["failures"]
    client.post(card.aside[1], {"row": [row.pk for row in card.rows]})
    assert set(FoundFile.objects.values_list("state", flat=True)) == {FoundFile.State.ASIDE}


def test_first_steps_are_told_by_what_is_there_and_gone_when_all_is_done() -> None:
    told = first_steps.steps(NOTHING)
    assert [step.code for step in told if step.now] == [Code.ADDRESS]
    half = replace(NOTHING, own_address=True, public=True, app=True)
    assert [step.code for step in first_steps.steps(half) if step.now] == [Code.LEAVE]
    done = replace(half, practice=False, social=True, source=True, out=True)
    assert first_steps.steps(done) == []
    short = replace(NOTHING, own_address=True, practice=False, social=True, source=True, out=True)
    assert first_steps.steps(short) == []  # by Facebook alone, with tokens from elsewhere
    member = replace(NOTHING, operator=False)
    assert [step.code for step in first_steps.steps(member)] == list(first_steps.OF_MEMBER)
    assert first_steps.steps(member)[0].code == Code.DRIVE


def test_a_member_is_led_from_drive_to_the_first_post(alice, browser) -> None:
    client = browser(alice)

    def now() -> list[Code]:
        return [step.code for step in front(client)["steps"] if step.now]

    assert now() == [Code.DRIVE]
    factories.login(alice, "google")
    assert now() == [Code.SOCIAL]
    page = factories.channel(alice)
    assert now() == [Code.SOURCE]
    factories.watch(alice, page)
    assert now() == [Code.APPROVE]
    sent([page])
    assert front(client)["steps"] == []


def test_what_was_connected_in_practice_is_no_step_of_the_operator(operator, settings) -> None:
    settings.PRACTICE = True
    login = factories.login(operator, "facebook", practice=True)
    page = factories.channel(operator, credential=login)
    factories.watch(operator, page)
    sent([page], "published", after=-HOUR)
    told = first_steps.facts_of(operator)
    assert (told.social, told.source, told.out, told.practice) == (False, False, False, True)


def test_first_steps_are_put_away_by_a_button_alone(alice, browser) -> None:
    client, away = browser(alice), reverse("admin:steps_away")
    client.get(away)
    assert front(client)["steps"]
    client.post(away)
    assert front(client)["steps"] == []


def test_the_month_counts_posts_not_deliveries(alice, places) -> None:
    sent(places, "published", after=-HOUR * 0)
    sent(places, "published", after=-dt.timedelta(days=3))
    sent(places, "published", after=-dt.timedelta(days=90))
    sent(places, "failed", after=-dt.timedelta(days=3))
    strip = month_strip.of(alice, showing.channels_of(alice), None)
    assert (strip.total, strip.most, len(strip.bars), len(strip.busy)) == (2, 1, month_strip.DAYS, 2)


def test_bars_are_as_high_as_they_are_to_the_highest() -> None:
    days = [dt.date(2026, 3, day) for day in (1, 2, 3)]
    told = [(bar.x, bar.y + bar.height, bar.height) for bar in day_bars.drawn(days, [0, 4, 2])]
    assert told == [(0, 72, day_bars.LOW), (20, 72, 72), (40, 72, 36)]


def test_what_platforms_still_take_is_shown_where_they_said_it_today(alice, places) -> None:
    for place, left, hours in zip(places, (3, 24, 7), (1, 2, 30), strict=True):
        Channel.objects.filter(pk=place.pk).update(room_left=left, room_read_at=clock.now() - hours * HOUR)
    strip = month_strip.of(alice, showing.channels_of(alice), None)
    assert [(mark.name, left) for mark, left in strip.rooms] == [("facebook", 3), ("instagram", 24)]


@pytest.mark.parametrize(("spent", "budget", "percent"), [("1.25", "5", 25), ("9", "5", 100), ("0", "0", 100)])
def test_what_was_spent_is_told_against_the_budget(spent: str, budget: str, percent: int) -> None:
    assert Budget(Decimal(spent), Decimal(budget)).percent == percent
