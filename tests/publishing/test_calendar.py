"""The calendar shows what is planned to whom it belongs, says what is free, and moves what may be moved."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from poster.permissions import Caller, NotPossible, Scope
from publishing.calendar import moving
from publishing.calendar.cells import PAGE
from publishing.calendar.showing import Kind
from publishing.models import Delivery, Post, PostTag, Series, Slot, Tag, Variant
from publishing.posts import due_times
from publishing.posts.approving import approve
from publishing.reasons.times import TimeChanged, TimeIsOver, TooFarAway
from tests import factories
from tests.clocks import Clock

pytestmark = pytest.mark.django_db
State = Delivery.State
HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)  # a Monday; in Berlin clocks go forward on the 29th
PAGE_OF = reverse("admin:calendar")


@pytest.fixture(autouse=True)
def now(the_clock: Clock) -> None:
    the_clock.put(NOW)


@pytest.fixture
def ann() -> User:
    return living("Ann", "Europe/Berlin")


def living(name: str, zone: str, **more: Any) -> User:
    made = factories.person(name, **more)
    User.objects.filter(pk=made.pk).update(time_zone=zone)
    made.refresh_from_db()
    return made


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3, zone: str = "Europe/Berlin") -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def planned(person: User, *channels: Channel, due_at: dt.datetime, yes: bool = True, **columns: Any) -> Post:
    post = factories.post(person, *channels, due_at=due_at, **columns)
    if yes:
        approve(post, by=Caller.of(person))
    return post


def shown(person: User, **asked: str) -> list[Any]:
    """The cells of a month, by day."""
    context = browser(person).get(PAGE_OF, {"on": "2026-03-10", **asked}).context
    return [cell for week in context["weeks"] for cell in week]


def of_day(cells: list[Any], day: int, month: int = 3) -> Any:
    return next(cell for cell in cells if (cell.day.month, cell.day.day) == (month, day))


def moved(person: User, post: Post, was: dt.datetime, **sent: str) -> Any:
    return browser(person).post(
        reverse("admin:calendar_move", args=[post.pk]), {"was": was.isoformat(), "back": PAGE_OF, **sent}, follow=True
    )


def times(post: Post) -> set[dt.datetime]:
    return {each.due_at for each in Delivery.objects.filter(post=post)}


# --- what is shown


def test_channels_of_one_moment_are_one_entry_and_a_time_of_ones_own_is_another(ann) -> None:
    here, there, elsewhere = (factories.channel(ann, name) for name in ("facebook", "threads", "instagram"))
    post = factories.post(ann, here, there, elsewhere, due_at=at(5))
    Variant.objects.filter(channel=elsewhere).update(due_at=at(6, 18))
    approve(post, by=Caller.of(ann))
    cells = shown(ann)
    (entry,), (other,) = of_day(cells, 5).entries, of_day(cells, 6).entries
    assert {mark.channel for mark in entry.marks} == {here.pk, there.pk}
    assert len({mark.colour for mark in entry.marks}) == 2
    assert ([mark.channel for mark in other.marks], other.at) == ([elsewhere.pk], at(6, 18))
    assert (entry.kind, entry.state, entry.free, entry.words) == (Kind.DELIVERY, State.QUEUED, True, post.text)
    assert entry.picture == post.items.get().asset_id


def test_of_several_states_the_one_that_wants_a_person_is_shown(ann) -> None:
    post = factories.post(ann, due_at=at(3))
    factories.delivery(post, factories.channel(ann), "published", due_at=at(3))
    factories.delivery(post, factories.channel(ann, "threads"), "failed", due_at=at(3))
    factories.delivery(post, factories.channel(ann, "instagram"), "cancelled", due_at=at(3))
    (entry,) = of_day(shown(ann), 3).entries
    assert (entry.state, entry.free, len(entry.marks)) == (State.FAILED, False, 2)


def test_drafts_with_a_time_and_repetitions_to_come(ann) -> None:
    page = factories.channel(ann)
    draft = planned(ann, page, due_at=at(11, 23, 30), yes=False)
    planned(ann, page, due_at=None, yes=False)
    pattern = factories.post(ann, page)
    Series.objects.create(
        owner=ann,
        post=pattern,
        revision=1,
        first_on=dt.date(2026, 3, 3),
        wall=dt.time(9),
        zone="Europe/Berlin",
        approved_by=ann,
        next_at=at(10),
    )
    cells = shown(ann)
    kinds = {(cell.day.month, cell.day.day): [each.kind for each in cell.entries] for cell in cells if cell.total}
    ghost = [Kind.REPETITION]
    assert kinds == {(3, 10): ghost, (3, 11): [Kind.DRAFT], (3, 17): ghost, (3, 24): ghost, (3, 31): ghost}
    assert of_day(cells, 31).entries[0].at == at(31)  # nine on the wall, though clocks were put
    assert (of_day(cells, 11).entries[0].post, of_day(cells, 11).entries[0].free) == (draft.pk, True)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Istanbul", "Australia/Lord_Howe"])
def test_each_sees_it_on_the_day_that_it_is_where_they_live(zone) -> None:
    person = living("Ida", zone)
    due_at = at(12, 23, 40, zone=zone)
    planned(person, factories.channel(person), due_at=due_at)
    answer = browser(person).get(PAGE_OF, {"on": "2026-03-01"})
    cells = [cell for week in answer.context["weeks"] for cell in week]
    assert [cell.day.day for cell in cells if cell.total] == [12]
    assert zone in answer.content.decode()
    week = browser(person).get(PAGE_OF, {"view": "week", "on": "2026-03-12"}).context["days"]
    assert [(cell.day.day, row.hour) for cell in week for row in cell.hours if row.entries] == [(12, 23)]


def test_a_week_has_no_hour_that_the_clock_skips(ann) -> None:
    planned(ann, factories.channel(ann), due_at=at(29, 1, 30))
    week = browser(ann).get(PAGE_OF, {"view": "week", "on": "2026-03-29"}).context["days"]
    assert [(cell.day.day, row.hour) for cell in week for row in cell.hours if row.skipped] == [(29, 2)]
    assert [cell.changes for cell in week] == [0, 0, 0, 0, 0, 0, 60]
    assert {cell.hours[0].hour for cell in week} == {1}


def test_it_is_narrowed_by_channel_and_by_tag(ann) -> None:
    here, there = factories.channel(ann), factories.channel(ann, "threads")
    one, two = planned(ann, here, there, due_at=at(5)), planned(ann, there, due_at=at(6), yes=False)
    tag = Tag.objects.create(owner=ann, name="Bread")
    PostTag.objects.create(post=two, tag=tag)
    assert [cell.day.day for cell in shown(ann, channel=str(here.pk)) if cell.total] == [5]
    assert [cell.day.day for cell in shown(ann, channel=str(there.pk)) if cell.total] == [5, 6]
    (entry,) = of_day(shown(ann, channel=str(here.pk)), 5).entries
    assert ([mark.channel for mark in entry.marks], entry.post) == ([here.pk], one.pk)
    assert [cell.day.day for cell in shown(ann, tag=str(tag.pk)) if cell.total] == [6]


@pytest.mark.parametrize(
    "asked",
    [
        {"view": "year", "on": "yesterday", "channel": "x", "tag": "y"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"view": "list", "on": "9999-12-31", "after": "soon"},
        {"view": "week", "on": "0001-01-01"},
    ],
)
def test_what_is_asked_and_is_nothing_is_passed_over(ann, asked) -> None:
    assert browser(ann).get(PAGE_OF, asked).status_code == 200
    assert browser(ann).post(PAGE_OF, asked).status_code == 405


def test_everybody_sees_their_own_also_whoever_operates(ann) -> None:
    olga, bob = living("Olga", "Europe/Berlin", operator=True), living("Bob", "Europe/Berlin")
    hers = factories.channel(ann, name="canary")
    post = planned(ann, hers, due_at=at(5), text="canary")
    Slot.objects.create(owner=ann, channel=hers, weekday=1, wall=dt.time(9), zone="UTC")
    tag = Tag.objects.create(owner=ann, name="canary")
    PostTag.objects.create(post=post, tag=tag)
    asked = {"on": "2026-03-05", "channel": str(hers.pk), "tag": str(tag.pk)}
    for person in (olga, bob):
        for view in ("month", "week", "list"):
            assert b"canary" not in browser(person).get(PAGE_OF, {"view": view, **asked}).content
    where = reverse("admin:calendar_move", args=[post.pk])
    assert browser(bob).get(where).status_code == browser(bob).post(where).status_code == 404
    assert Client().get(PAGE_OF).status_code == Client().post(where).status_code == 302
    assert times(post) == {at(5)}


def test_thousands_in_a_month_are_asked_for_as_one_is(ann, django_assert_max_num_queries) -> None:
    page, client = factories.channel(ann), browser(ann)
    asked = [{"view": view, "on": "2026-03-04"} for view in ("month", "week", "list")]

    def fill(number: int) -> None:
        picture = factories.asset(ann)
        for each in range(number):
            factories.delivery(factories.post(ann, page, picture=picture), page, due_at=at(4, 9, each % 60))
            factories.post(ann, page, picture=picture, due_at=at(4, 10, each % 60))

    def sizes() -> list[tuple[int, int]]:
        found = []
        for each in asked:
            with django_assert_max_num_queries(40) as counted:
                body = client.get(PAGE_OF, each).content
            found.append((len(counted), body.count(b'data-post="')))
        return found

    fill(1)
    client.get(PAGE_OF)  # what is read once and kept
    few = sizes()
    fill(60)
    many = sizes()
    assert [queries for queries, _ in many] == [queries for queries, _ in few]
    assert [rows for _, rows in few] == [2, 2, 2]
    assert [rows for _, rows in many] == [3, 4, PAGE]


def test_a_list_goes_on_where_it_ended(ann) -> None:
    page, client = factories.channel(ann), browser(ann)
    picture = factories.asset(ann)
    posts = {factories.post(ann, page, picture=picture, due_at=at(4 + n // 40, 9)).pk for n in range(120)}
    found: list[Any] = []
    after = ""
    for _ in range(3):
        told = client.get(PAGE_OF, {"view": "list", "on": "2026-03-04", "after": after}).context["listed"]
        found += [item.post for _, items in told.days for item in items]
        after = str(told.after or "")
    assert (len(found), set(found), after) == (120, posts, "")


# --- gaps


def test_a_gap_is_a_posting_time_that_nothing_has(ann) -> None:
    here, there = factories.channel(ann), factories.channel(ann, "threads")
    for channel in (here, there):
        for day in (0, 1, 2):
            Slot.objects.create(owner=ann, channel=channel, weekday=day, wall=dt.time(9), zone="Europe/Berlin")
    planned(ann, here, due_at=at(4))
    planned(ann, there, due_at=at(10), yes=False)
    factories.delivery(factories.post(ann, here), here, "cancelled", due_at=at(3))
    cells = shown(ann)
    free = {
        cell.day.day: {mark.channel for gap in cell.gaps for mark in gap.marks} for cell in cells if cell.day.month == 3
    }
    assert free[2] == set()  # nine o'clock of today is over
    assert (free[3], free[4], free[10], free[11]) == ({here.pk, there.pk}, {there.pk}, {here.pk}, {here.pk, there.pk})
    assert of_day(cells, 30).gaps[0].at == at(30)  # after clocks were put it is nine o'clock again
    assert {mark.channel for mark in of_day(shown(ann, channel=str(here.pk)), 3).gaps[0].marks} == {here.pk}
    Channel.objects.filter(pk=there.pk).update(state=Channel.State.OFF)
    assert {mark.channel for mark in of_day(shown(ann), 3).gaps[0].marks} == {here.pk}


def test_a_gap_leads_to_the_composer_with_its_time_and_channels(ann) -> None:
    here = factories.channel(ann)
    Slot.objects.create(owner=ann, channel=here, weekday=2, wall=dt.time(9), zone="Europe/Berlin")
    client = browser(ann)
    body = client.get(PAGE_OF, {"view": "list", "on": "2026-03-03"}).content.decode()
    where = next(part.split('"')[0] for part in body.split('href="')[1:] if "%3Afeed" in part.split('"')[0])
    typed = client.get(where.replace("&amp;", "&")).context["composer"]
    assert (typed.when, typed.due, typed.to) == ("at", "2026-03-04T09:00", {f"{here.pk}:feed"})
    wall = client.get(f"{reverse('admin:publishing_post_add')}?at=2026-03-29T09:00").context["composer"]
    assert (wall.when, wall.due) == ("at", "2026-03-29T09:00")
    none = client.get(f"{reverse('admin:publishing_post_add')}?at=soon&to=x").context["composer"]
    assert (none.when, none.due) == ("now", "")


# --- moving


@pytest.mark.parametrize("yes", [False, True], ids=["draft", "approved"])
def test_it_is_moved_by_the_time_that_was_seen_and_taken_back(ann, yes) -> None:
    post = planned(ann, factories.channel(ann), due_at=at(5), yes=yes)
    revision = post.revision
    answer = moved(ann, post, at(5), day="2026-03-30")
    post.refresh_from_db()
    assert (post.due_at, times(post)) == (at(30), {at(30)} if yes else set())
    assert (post.revision == revision) == yes  # whoever says yes to a draft says it to a time, too
    (message,) = answer.context["messages"]
    undo = message.extra_tags.split()[0]
    assert parse_qs(urlsplit(undo).query) == {"was": [at(30).isoformat()], "to": [at(5).isoformat()]}
    assert f'action="{undo.replace("&", "&amp;")}"' in answer.content.decode()
    browser(ann).post(undo, {"back": PAGE_OF})
    post.refresh_from_db()
    assert (post.due_at, times(post)) == (at(5), {at(5)} if yes else set())
    browser(ann).post(undo, {"back": PAGE_OF})  # pressed in an old tab
    post.refresh_from_db()
    assert post.due_at == at(5)


@pytest.mark.parametrize("yes", [False, True], ids=["draft", "approved"])
def test_of_two_who_move_it_one_wins_and_the_other_is_told_why(ann, yes) -> None:
    post = planned(ann, factories.channel(ann), due_at=at(5), yes=yes)
    moving.move(Post.objects.get(), to=at(6), was=at(5), by=Caller.of(ann))
    with pytest.raises(NotPossible) as told:
        moving.move(Post.objects.get(), to=at(7), was=at(5), by=Caller.of(ann))
    assert told.value.reason == TimeChanged()
    answer = moved(ann, post, at(5), day="2026-03-07")
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    post.refresh_from_db()
    assert (post.due_at, times(post)) == (at(6), {at(6)} if yes else set())


def test_what_has_a_time_of_its_own_moves_alone(ann) -> None:
    here, there = factories.channel(ann), factories.channel(ann, "threads")
    post = factories.post(ann, here, there, due_at=at(5))
    Variant.objects.filter(channel=there).update(due_at=at(6))
    approve(post, by=Caller.of(ann))
    moving.move(post, to=at(9), was=at(6), by=Caller.of(ann))
    assert {(each.channel_id, each.due_at) for each in Delivery.objects.all()} == {(here.pk, at(5)), (there.pk, at(9))}
    moving.move(Post.objects.get(), to=at(10), was=at(5), by=Caller.of(ann))
    assert {(each.channel_id, each.due_at) for each in Delivery.objects.all()} == {(here.pk, at(10)), (there.pk, at(9))}


def test_what_is_in_the_queue_leaves_its_slot_and_the_others_stay(ann) -> None:
    here, there = factories.channel(ann), factories.channel(ann, "threads")
    for channel, day in ((here, 2), (there, 3)):
        Slot.objects.create(owner=ann, channel=channel, weekday=day, wall=dt.time(9), zone="Europe/Berlin")
    post = factories.post(ann, here, there, queue=Post.Queue.NEXT)
    approve(post, by=Caller.of(ann))
    assert times(post) == {at(4), at(5)}
    moving.move(post, to=at(6), was=at(4), by=Caller.of(ann))
    assert times(post) == {at(6), at(5)}
    assert [gap.at for gap in of_day(shown(ann), 4).gaps] == [at(4)]


@pytest.mark.parametrize("state", [State.PUBLISHING, State.PUBLISHED, State.CHECKING, State.FAILED])
def test_what_is_out_or_on_its_way_is_not_moved_nor_offered(ann, state) -> None:
    page = factories.channel(ann)
    post = factories.post(ann, page, due_at=at(5))
    factories.delivery(post, page, state, due_at=at(5), planned_at=at(5))
    assert [entry.free for entry in of_day(shown(ann), 5).entries] == [False]
    with pytest.raises(NotPossible) as told:
        moving.move(post, to=at(6), was=at(5), by=Caller.of(ann))
    assert told.value.reason == TimeChanged()


def test_it_is_moved_neither_into_the_past_nor_too_far_nor_by_others(ann) -> None:
    page = factories.channel(ann)
    post, draft = (planned(ann, page, due_at=at(5), yes=yes) for yes in (True, False))
    by = Caller.of(ann)
    reader = Caller(ann, by.door, frozenset({Scope.ACCOUNT}))
    for each in (post, draft):
        for to, why in ((NOW - HOUR, TimeIsOver()), (NOW + 400 * 24 * HOUR, TooFarAway())):
            with pytest.raises(NotPossible) as told:
                moving.move(each, to=to, was=at(5), by=by)
            assert told.value.reason == why
        for stranger in (Caller.of(factories.person(f"Bob{each.state}")), reader):
            with pytest.raises(NotPossible):
                moving.move(each, to=at(6), was=at(5), by=stranger)
        each.refresh_from_db()
        assert each.due_at == at(5)


@pytest.mark.parametrize("state", State)
def test_the_question_and_the_row_say_the_same_of_what_may_be_moved(ann, state) -> None:
    made = factories.delivery(factories.post(ann), factories.channel(ann), state)
    assert Delivery.objects.filter(due_times.MOVABLE).exists() == due_times.may_be_moved(made)


def test_a_time_is_typed_or_kept_with_its_seconds(ann) -> None:
    odd = at(5) + dt.timedelta(seconds=17)
    post = planned(ann, factories.channel(ann), due_at=odd)
    moved(ann, post, odd, day="2026-03-06", time="09:00")
    assert times(post) == {odd + 24 * HOUR}
    moved(ann, post, odd + 24 * HOUR, day="2026-03-29", time="02:30")  # there is none on that day
    assert times(post) == {at(29, 3, 30)}
    for wrong in ({"day": ""}, {"day": "2026-03-30", "time": "late"}, {"day": "0000-00-00"}, {"day": "9999-12-31"}):
        moved(ann, post, at(29, 3, 30), **wrong)
    browser(ann).post(reverse("admin:calendar_move", args=[post.pk]), {"day": "2026-03-30", "was": "soon"})
    assert times(post) == {at(29, 3, 30)}


def test_the_form_is_a_page_and_leads_back_here_alone(ann) -> None:
    post = planned(ann, factories.channel(ann), due_at=at(5))
    where = reverse("admin:calendar_move", args=[post.pk])
    told = browser(ann).get(where, {"back": "https://elsewhere.example/"}).context
    assert (told["was"], told["day"], told["time"], told["back"]) == (at(5), "2026-03-05", "09:00", PAGE_OF)
    Delivery.objects.update(state=State.PUBLISHING)
    assert browser(ann).get(where).status_code == 302
