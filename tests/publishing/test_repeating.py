"""Series: a person's yes is one to each repetition, which is a post of its own, made once, and no twin of itself."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from poster import clock
from poster.ledger.verification import verify
from poster.permissions import Caller, NotPossible, Scope
from publishing.models import Delivery, Post, Series
from publishing.posts import approving, deletion, repeating, writing
from publishing.posts.contents import Content, Wanted
from publishing.reasons.steps import ApprovedBySeries
from publishing.tasks import due, moments
from tests import factories
from tests.house import House

State, Out = Series.State, Delivery.State
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


def soon() -> dict[str, Any]:
    """The day after tomorrow at nine, in UTC."""
    return {"first_on": (clock.now() + 2 * DAY).date(), "wall": dt.time(9), "zone": "UTC", "every": 1, "until": None}


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def pattern(ann: User) -> Post:
    page = factories.channel(ann, "threads")
    told = Wanted(page.pk, "feed", "Own words.", options={"topic_tag": "Bread"})
    pictures = [factories.asset(ann).pk for _ in range(2)]
    content = Content(text="Market day.", pictures=pictures, places=[told], made_with_ai=True, tags=["Market"])
    return writing.write(ann, content, by=Caller.of(ann))


def start(pattern: Post, **changed: Any) -> Series:
    return repeating.start(pattern, by=Caller.of(pattern.owner), **{**soon(), **changed})


def later(series: Series, by: dt.timedelta) -> Series:
    """As if so much time had passed, for the series alone."""
    Series.objects.filter(pk=series.pk).update(next_at=series.next_at - by)
    return Series.objects.select_related("post__owner", "approved_by").get(pk=series.pk)


def test_a_repetition_is_a_post_of_its_own_like_its_pattern_and_approved_with_the_series(pattern: Post) -> None:
    series = start(pattern)
    moment = series.next_at
    assert repeating.repeat(series)
    series.refresh_from_db()
    (made,) = series.posts.all()
    assert (made.text, made.made_with_ai, made.due_at, made.state) == ("Market day.", True, moment, Post.State.APPROVED)
    assert [item.asset_id for item in made.items.all()] == [item.asset_id for item in pattern.items.all()]
    assert [tag.name for tag in made.tags.all()] == ["Market"]
    delivery = made.deliveries.get()
    assert (delivery.text, delivery.options["topic_tag"]) == ("Own words.\n\nMade with AI.", "Bread")
    assert (delivery.planned_at, made.decided_by) == (moment, pattern.owner)
    assert delivery.entries.get().fact_code == ApprovedBySeries.code
    assert (series.next_at, Post.objects.get(pk=pattern.pk).state) == (moment + WEEK, Post.State.DRAFT)
    assert verify() == []


def test_each_occurrence_is_made_once_whoever_comes(pattern: Post) -> None:
    series = start(pattern)
    stale = Series.objects.select_related("post__owner", "approved_by").get()
    assert [repeating.repeat(each) for each in (series, stale)] == [True, False]
    made = series.posts.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(owner=pattern.owner, series=series, occurrence=made.occurrence)
    again = later(Series.objects.get(), WEEK)  # as if nobody had moved it on
    assert not repeating.repeat(again)
    assert series.posts.count() == 1


def test_it_is_made_a_day_ahead_and_goes_out_each_week_and_is_no_twin_of_itself(house: House) -> None:
    page = house.connect()["facebook"]
    content = Content(text="Market day.", pictures=[house.asset().pk], places=[Wanted(page.pk, "feed")])
    pattern = writing.write(house.owner, content, by=Caller.of(house.owner))
    series = start(pattern)
    assert repeating.AHEAD == DAY
    assert moments()[0] == series.next_at - DAY
    house.round()
    assert not series.posts.exists()
    for number in range(1, 4):
        house.later((series.next_at - clock.now() - DAY).total_seconds() + 60)
        assert due()
        house.round()
        made = series.posts.order_by("-occurrence").first()
        assert made is not None
        assert len(house.box.feed("facebook")) == number - 1
        assert house.settle(made.deliveries.get()).state == Out.PUBLISHED
        assert len(house.box.feed("facebook")) == number
        series.refresh_from_db()
    assert verify() == []


@pytest.mark.parametrize(
    ("first_on", "every", "until", "after", "moment"),
    [
        ("2026-03-01", 1, None, "2026-02-01 00:00", "2026-03-01 02:30+01:00"),
        ("2026-03-01", 4, None, "2026-03-01 02:00", "2026-03-29 03:30+02:00"),  # half past two is not there
        ("2026-03-01", 4, None, "2026-03-29 01:30", "2026-04-26 02:30+02:00"),
        ("2026-03-01", 2, "2026-03-15", "2026-03-02 00:00", "2026-03-15 02:30+01:00"),
        ("2026-03-01", 2, "2026-03-14", "2026-03-02 00:00", None),
        ("2026-03-01", 1, None, "2026-10-24 00:00", "2026-10-25 02:30+02:00"),  # twice: the first
    ],
)
def test_the_next_moment_is_on_the_wall(
    first_on: str, every: int, until: str | None, after: str, moment: str | None
) -> None:
    ends = dt.date.fromisoformat(until) if until else None
    series = Series(
        first_on=dt.date.fromisoformat(first_on), wall=dt.time(2, 30), zone="Europe/Berlin", every=every, until=ends
    )
    found = repeating.following(series, dt.datetime.fromisoformat(after).replace(tzinfo=dt.UTC))
    assert found == (dt.datetime.fromisoformat(moment) if moment else None)
    assert str(ZoneInfo(series.zone)) == series.zone


def test_it_ends_by_itself_after_its_last_day(pattern: Post) -> None:
    series = start(pattern, until=soon()["first_on"])
    assert repeating.repeat(series)
    series.refresh_from_db()
    assert series.state == State.ENDED
    assert not repeating.due().exists()


def test_what_was_left_out_while_nobody_worked_is_not_made_up_for(pattern: Post) -> None:
    series = later(start(pattern), 5 * WEEK)
    assert not repeating.repeat(series)
    series.refresh_from_db()
    assert clock.now() < series.next_at < clock.now() + WEEK
    assert not series.posts.exists()


def test_it_is_paused_let_go_on_and_ended(pattern: Post) -> None:
    series, by = start(pattern), Caller.of(pattern.owner)
    repeating.pause(series, by=by)
    assert not repeating.due().exists()
    assert not repeating.repeat(series)
    with pytest.raises(NotPossible):
        repeating.pause(series, by=by)
    repeating.go_on(series, by=by)
    assert series.state == State.REPEATING
    repeating.end(series, by=by)
    for late in (repeating.go_on, repeating.pause, repeating.end):
        with pytest.raises(NotPossible):
            late(series, by=by)


@pytest.mark.parametrize("why", ["changed", "discarded", "left", "shut out"])
def test_a_yes_to_something_else_or_of_nobody_makes_nothing(pattern: Post, why: str) -> None:
    series, by = start(pattern), Caller.of(pattern.owner)
    if why == "changed":
        approving.reword(pattern, text="Other words.", alt_texts={}, by=by)
    elif why == "discarded":
        approving.discard(pattern, by=by)
    elif why == "left":
        Series.objects.update(approved_by=None)
    else:
        User.objects.update(is_active=False)
    assert not repeating.repeat(Series.objects.select_related("post__owner", "approved_by").get())
    series.refresh_from_db()
    assert (series.state, bool(series.hold), series.posts.count()) == (State.PAUSED, True, 0)
    if why == "changed":
        repeating.go_on(Series.objects.get(), by=by)
        assert repeating.repeat(Series.objects.select_related("post__owner", "approved_by").get())
        assert series.posts.get().text == "Other words."


def test_what_a_place_takes_no_more_waits_for_its_person(pattern: Post) -> None:
    series = start(pattern)
    Channel.objects.update(state=Channel.State.OFF)
    assert repeating.repeat(series)
    (made,) = series.posts.all()
    assert (made.state, bool(made.hold), made.deliveries.count()) == (Post.State.DRAFT, True, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"zone": "Europe/Atlantis"}, {"every": 0}, {"every": 53}, {"until": dt.date(2020, 1, 1)}, {"revision": 7}],
)
def test_what_cannot_be_repeated_is_told(pattern: Post, wrong: dict[str, Any]) -> None:
    with pytest.raises(NotPossible):
        start(pattern, **wrong)
    assert not Series.objects.exists()


def test_it_is_a_standing_order_of_ones_own_and_no_repetition_is_a_pattern(pattern: Post) -> None:
    writer = Caller(pattern.owner, Caller.of(pattern.owner).door, frozenset({Scope.DRAFT}))
    for by in (writer, Caller.of(factories.person("Ben"))):
        with pytest.raises(NotPossible):
            repeating.start(pattern, by=by, **soon())
    series = start(pattern)
    for by in (writer, Caller.of(factories.person("Carol"))):
        for act in (repeating.pause, repeating.end):
            with pytest.raises(NotPossible):
                act(series, by=by)
    repeating.repeat(series)
    with pytest.raises(NotPossible):
        start(series.posts.get())


def test_with_its_pattern_the_series_goes_and_its_repetitions_stay(pattern: Post) -> None:
    series = start(pattern)
    repeating.repeat(series)
    made = series.posts.get()
    deletion.remove_post(pattern, by=Caller.of(pattern.owner))
    made.refresh_from_db()
    assert (Series.objects.count(), made.series_id, made.state) == (0, None, Post.State.APPROVED)


def test_it_begins_on_the_page_of_the_post_and_is_paused_on_its_own(ann: User, pattern: Post) -> None:
    browser = Client()
    browser.force_login(ann)
    act = reverse("admin:publishing_post_do", args=[pattern.pk, "repeat"])
    first_on = f"{soon()['first_on']:%Y-%m-%d}"
    sent = {"first_on": first_on, "wall": "09:30", "every": "2", "until": "", "revision": str(pattern.revision)}
    for wrong in ({"first_on": "soon"}, {"every": "often"}, {"wall": ""}, {"revision": "7"}):
        browser.post(act, {**sent, **wrong})
    assert not Series.objects.exists()
    browser.post(act, sent)
    series = Series.objects.get()
    assert (series.every, series.until, series.approved_by) == (2, None, ann)
    page = reverse("admin:publishing_series_change", args=[series.pk])
    assert page in browser.get(reverse("admin:publishing_post_change", args=[pattern.pk])).content.decode()
    assert browser.get(page).status_code == 200
    browser.post(reverse("admin:publishing_series_do", args=[series.pk, "pause"]))
    series.refresh_from_db()
    assert series.state == State.PAUSED
    assert "Go on" in browser.get(reverse("admin:publishing_series_changelist")).content.decode()
