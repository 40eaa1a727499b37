"""Slots and the queue: wall times in a zone, each claimed once; and what an owner wants kept of a channel."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Channel, User
from outbox import manual_actions, quiet_hours, tasks
from poster import clock, wall_clock
from poster.ledger.verification import verify
from poster.permissions import Caller, NotPossible, Scope
from publishing.models import Delivery, Post, Slot, Variant
from publishing.posts import approval_undo, due_times, slots
from publishing.posts.approving import approve
from publishing.reasons.steps import KeptSlot, MadeRoom
from publishing.states import Placement
from tests import factories
from tests.house import House

State, Queue = Delivery.State, Post.Queue
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ALL_WEEK = range(7)


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann)


def daily(channel: Channel, *walls: str, zone: str = "Europe/Berlin") -> None:
    for wall in walls:
        slots.add(channel, weekdays=ALL_WEEK, wall=dt.time.fromisoformat(wall), zone=zone, by=Caller.of(channel.owner))


def queued(channel: Channel, how: str = Queue.NEXT, **more: bool) -> Delivery:
    post = factories.post(channel.owner, channel, queue=how)
    (delivery,) = approve(post, by=Caller.of(channel.owner), **more)
    return delivery


def ahead(channel: Channel, few: int) -> list[dt.datetime]:
    return slots.next_of(channel, clock.now(), few)


# --- wall times


START = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a wall time
YEARS = 35 * 365 * 24 * 60  # minutes
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
walls = st.integers(0, YEARS).map(lambda minutes: START + dt.timedelta(minutes=minutes))
trying = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@trying
@given(zones, walls)
def test_a_wall_time_is_its_moment_and_one_that_is_skipped_moves_forward(zone: ZoneInfo, wall: dt.datetime) -> None:
    moment = wall_clock.moment(wall, zone)
    back = moment.astimezone(zone)
    assert moment.utcoffset() == dt.timedelta(0)
    if back.replace(tzinfo=None, fold=0) == wall:
        assert back.fold == 0  # of two, the first
    else:
        both = {wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC).astimezone(zone) for fold in (0, 1)}
        assert all(each.replace(tzinfo=None) != wall for each in both)  # the clock never shows it
        assert back.replace(tzinfo=None) > wall


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2026-03-29 02:30", "2026-03-29 01:30"),  # not there: 03:30 in summer time
        ("2026-10-25 02:30", "2026-10-25 00:30"),  # twice: the first
        ("2026-07-01 09:00", "2026-07-01 07:00"),
    ],
)
def test_the_days_on_which_clocks_are_changed_in_berlin(wall: str, moment: str) -> None:
    found = wall_clock.moment(dt.datetime.fromisoformat(wall), ZoneInfo("Europe/Berlin"))
    assert found == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@trying
@given(zones, st.integers(0, 6), walls, walls)
def test_the_moments_of_a_slot_are_in_order_each_once_and_on_its_day(
    zone: ZoneInfo, day: int, wall: dt.datetime, after: dt.datetime
) -> None:
    slot = Slot(weekday=day, wall=wall.time(), zone=str(zone))
    begin = after.replace(tzinfo=dt.UTC)
    found = list(slots.coming([slot, slot], begin))
    assert all(one < other for one, other in zip([begin, *found], found, strict=False))
    assert slots.WEEKS - 2 <= len(found) <= slots.WEEKS + 1
    locals_ = [each.astimezone(zone) for each in found]
    exact = [each for each in locals_ if each.time().replace(tzinfo=None, fold=0) == slot.wall]
    assert all(each.weekday() == day for each in exact)
    assert len(exact) >= len(found) - 3  # the others are skipped by their clock


# --- the queue


def test_each_takes_the_next_that_is_free_and_an_undone_one_is_free_again(page: Channel) -> None:
    daily(page, "09:00", "17:00")
    first, second, third = ahead(page, 3)
    made = [queued(page) for _ in range(2)]
    assert [each.planned_at for each in made] == [each.due_at for each in made] == [first, second]
    approval_undo.undo(made[0].post, by=Caller.of(page.owner))
    assert queued(page).planned_at == first
    assert queued(page).planned_at == third
    again = approve(Post.objects.get(pk=made[0].post_id), by=Caller.of(page.owner))
    assert again[0].planned_at == ahead(page, 4)[3]
    assert verify() == []


def test_last_is_behind_all_others_and_first_makes_room(page: Channel) -> None:
    daily(page, "09:00")
    times = ahead(page, 6)
    one, two, three = queued(page), queued(page), queued(page)
    approval_undo.undo(two.post, by=Caller.of(page.owner))
    last = queued(page, Queue.LAST)
    assert last.planned_at == times[3]
    first = queued(page, Queue.FIRST)
    now = {each.pk: each.planned_at for each in Delivery.objects.all()}
    assert (now[first.pk], now[one.pk], now[three.pk], now[last.pk]) == (times[0], times[1], times[2], times[3])
    assert one.entries.filter(fact_code=MadeRoom.code).count() == 1
    assert not three.entries.filter(fact_code=MadeRoom.code).exists()  # there was a gap before it
    assert verify() == []


def both(channel: Channel, how: str = Queue.NEXT) -> tuple[Delivery, Delivery]:
    """A post for the feed and the stories of a channel."""
    post = factories.post(channel.owner, channel, queue=how)
    Variant.objects.create(post=post, channel=channel, placement=Placement.STORY)
    feed, story = approve(post, by=Caller.of(channel.owner))
    assert (feed.placement, story.placement) == (Placement.FEED, Placement.STORY)
    return feed, story


def times_of(*made: Delivery) -> list[dt.datetime | None]:
    return [Delivery.objects.get(pk=each.pk).planned_at for each in made]


def test_feed_and_stories_of_a_channel_are_one_slot(page: Channel) -> None:
    daily(page, "09:00")
    first, second = ahead(page, 2)
    feed, story = both(page)
    assert (feed.planned_at, story.planned_at) == (first, first)
    assert (feed.due_at, story.due_at) == (first, first)
    assert (feed.queued, story.queued) == (True, False)
    assert queued(page).planned_at == second
    assert verify() == []


def test_what_is_undone_gives_the_one_slot_back_and_takes_one_again(page: Channel) -> None:
    daily(page, "09:00")
    first, second = ahead(page, 2)
    feed, _ = both(page)
    approval_undo.undo(feed.post, by=Caller.of(page.owner))
    assert queued(page).planned_at == first
    again = approve(Post.objects.get(pk=feed.post_id), by=Caller.of(page.owner))
    assert times_of(*again) == [second, second]


def test_who_makes_room_takes_its_stories_along(page: Channel) -> None:
    daily(page, "09:00")
    times = ahead(page, 3)
    one, other = both(page), both(page)
    first = queued(page, Queue.FIRST)
    assert times_of(first, *one, *other) == [times[0], times[1], times[1], times[2], times[2]]
    assert one[1].entries.filter(fact_code=MadeRoom.code).count() == 1
    assert verify() == []


def test_stories_with_a_time_of_their_own_stay_where_they_are(page: Channel) -> None:
    daily(page, "09:00")
    times, by = ahead(page, 2), Caller.of(page.owner)
    feed, story = both(page)
    due_times.move(story, to=times[0] + HOUR, was=story.due_at, by=by)
    story.refresh_from_db()
    due_times.move(story, to=times[0], was=story.due_at, by=by)
    first = queued(page, Queue.FIRST)
    assert times_of(first, feed, story) == [times[0], times[1], times[0]]


def test_who_is_moved_alone_leaves_the_slot_to_its_stories(page: Channel) -> None:
    daily(page, "09:00")
    times, by = ahead(page, 2), Caller.of(page.owner)
    feed, story = both(page)
    due_times.move(feed, to=times[0] + HOUR, was=feed.due_at, by=by)
    story.refresh_from_db()
    assert (story.queued, story.planned_at) == (True, times[0])
    assert story.entries.filter(fact_code=KeptSlot.code).count() == 1
    assert queued(page).planned_at == times[1]
    due_times.move(story, to=times[0] + 2 * HOUR, was=story.due_at, by=by)
    assert queued(page).planned_at == times[0]
    assert verify() == []


def test_a_post_that_is_moved_as_a_whole_gives_its_slot_back(page: Channel) -> None:
    daily(page, "09:00")
    times = ahead(page, 1)
    feed, story = both(page)
    due_times.move_post(feed.post, to=times[0] + HOUR, was=None, by=Caller.of(page.owner))
    assert times_of(feed, story) == [times[0] + HOUR] * 2
    assert queued(page).planned_at == times[0]


def test_who_is_marked_keeps_the_first_slot(page: Channel) -> None:
    daily(page, "09:00")
    times = ahead(page, 4)
    one, two = queued(page), queued(page)
    Delivery.objects.filter(pk=one.pk).update(state=State.CHECKING, committed_at=clock.now())
    first = queued(page, Queue.FIRST)
    assert [Delivery.objects.get(pk=each.pk).planned_at for each in (one, first, two)] == times[:3]


def test_each_channel_has_its_own_queue_and_an_own_time_is_no_slot(ann: User, page: Channel) -> None:
    other, alone = factories.channel(ann, "threads"), factories.channel(ann, "instagram")
    daily(page, "09:00")
    daily(other, "10:00")
    post, when = factories.post(ann, page, other, alone, queue=Queue.NEXT), clock.now() + DAY
    post.variants.filter(channel=alone).update(due_at=when)
    made = {each.channel_id: each for each in approve(post, by=Caller.of(ann))}
    assert made[page.pk].planned_at == ahead(page, 1)[0]
    assert made[other.pk].planned_at == ahead(other, 1)[0]
    assert (made[alone.pk].planned_at, made[alone.pk].queued) == (when, False)


def test_without_a_slot_nothing_is_approved(ann: User, page: Channel) -> None:
    other = factories.channel(ann, "threads")
    daily(page, "09:00")
    post = factories.post(ann, page, other, queue=Queue.NEXT)
    with pytest.raises(NotPossible):
        approve(post, by=Caller.of(ann))
    assert (Post.objects.get().state, Delivery.objects.count()) == (Post.State.DRAFT, 0)


def test_the_minute_of_undoing_is_over_before_the_slot(page: Channel) -> None:
    soon = (clock.now() + dt.timedelta(seconds=59)).astimezone(ZoneInfo("UTC"))
    daily(page, f"{soon:%H:%M}", zone="UTC")
    made = queued(page, undoable=True)
    assert made.undo_until is not None
    assert made.due_at == made.planned_at > made.undo_until


def test_no_two_have_one_slot_whoever_writes_it(page: Channel) -> None:
    daily(page, "09:00")
    one, two = queued(page), queued(page)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=two.pk).update(planned_at=one.planned_at)


def test_what_is_moved_or_posted_now_gives_its_slot_back(page: Channel) -> None:
    daily(page, "09:00")
    one, two = queued(page), queued(page)
    times, by = ahead(page, 2), Caller.of(page.owner)
    due_times.move(one, to=times[0] + HOUR, was=one.due_at, by=by)
    Delivery.objects.filter(pk=two.pk).update(state=State.FAILED)
    two.refresh_from_db()
    manual_actions.post_now(two, by=by)
    assert [queued(page).planned_at for _ in range(2)] == times
    assert verify() == []


def test_it_goes_out_at_its_slot(house: House) -> None:
    thread = house.connect()["threads"]
    soon = (clock.now() + 3 * HOUR).astimezone(ZoneInfo("UTC"))
    daily(thread, f"{soon:%H:%M}", zone="UTC")
    post = house.post("In the queue.", thread)
    Post.objects.filter(pk=post.pk).update(queue=Queue.NEXT)
    post.refresh_from_db()
    (delivery,) = approve(post, by=Caller.of(house.owner))
    house.later(2 * 3600)
    tasks.round()
    assert house.box.feed("threads") == []
    assert house.settle(delivery).state == State.PUBLISHED


def test_slots_are_standing_orders_of_ones_own(ann: User, page: Channel) -> None:
    writer = Caller(ann, Caller.of(ann).door, frozenset({Scope.DRAFT}))
    nine: dict[str, Any] = {"weekdays": [0], "wall": dt.time(9), "zone": "UTC"}
    for by in (writer, Caller.of(factories.person("Ben"))):
        with pytest.raises(NotPossible):
            slots.add(page, by=by, **nine)
    (slot,) = slots.add(page, by=Caller.of(ann), **nine)
    assert slots.add(page, by=Caller.of(ann), **nine) == [slot]
    with pytest.raises(NotPossible):
        slots.remove(slot, by=writer)
    wrongs: list[dict[str, Any]] = [{"weekdays": []}, {"weekdays": [7]}, {"zone": "Europe/Atlantis"}]
    for wrong in wrongs:
        with pytest.raises(NotPossible):
            slots.add(page, by=Caller.of(ann), **{**nine, **wrong})
    slots.remove(slot, by=Caller.of(ann))
    assert not Slot.objects.exists()


# --- in the dashboard


def test_times_are_added_and_taken_out_on_their_page_and_a_post_goes_into_the_queue(ann: User, page: Channel) -> None:
    browser, theirs = Client(), factories.channel(factories.person("Ben"))
    browser.force_login(ann)
    add, listed = reverse("admin:publishing_slot_add"), reverse("admin:publishing_slot_changelist")
    sent = {"channel": str(page.pk), "weekdays": ["0", "4"], "wall": "09:30", "zone": "Europe/Berlin"}
    assert browser.post(add, {**sent, "channel": str(theirs.pk)}).status_code == 200
    assert browser.post(add, sent).status_code == 302
    assert [(slot.weekday, f"{slot.wall:%H:%M}") for slot in Slot.objects.all()] == [(0, "09:30"), (4, "09:30")]
    assert browser.get(listed).content.decode().count("09:30") >= 2
    browser.post(
        reverse("admin:publishing_post_add"), {"text": "Bread.", "to": f"{page.pk}:feed", "when": "next", "due": ""}
    )
    post = Post.objects.get()
    assert (post.queue, post.due_at) == (Queue.NEXT, None)
    browser.post(reverse("admin:publishing_post_do", args=[post.pk, "approve"]), {"revision": "1"})
    assert Delivery.objects.get().planned_at == ahead(page, 1)[0]
    slot = Slot.objects.first()
    assert slot is not None
    browser.post(reverse("admin:publishing_slot_delete", args=[slot.pk]), {"post": "yes"})
    assert Slot.objects.count() == 1


@pytest.mark.parametrize(
    ("when", "due", "kept"), [("now", "2031-01-01T10:00", False), ("at", "2031-01-01T10:00", True), ("at", "", None)]
)
def test_a_post_goes_now_or_at_a_time(ann: User, page: Channel, when: str, due: str, kept: bool | None) -> None:
    browser = Client()
    browser.force_login(ann)
    sent = {"text": "Bread.", "to": f"{page.pk}:feed", "when": when, "due": due}
    browser.post(reverse("admin:publishing_post_add"), sent)
    assert [post.due_at is not None for post in Post.objects.all()] == ([] if kept is None else [kept])


# --- what its owner wants kept


@pytest.mark.parametrize(
    ("begin", "end", "now", "until"),
    [
        ("22:00", "07:00", "2026-06-01 21:59", None),
        ("22:00", "07:00", "2026-06-01 22:00", "2026-06-02 07:00"),
        ("22:00", "07:00", "2026-06-02 06:59", "2026-06-02 07:00"),
        ("22:00", "07:00", "2026-06-02 07:00", None),
        ("12:00", "14:00", "2026-06-01 13:00", "2026-06-01 14:00"),
        ("12:00", "14:00", "2026-06-01 14:00", None),
        ("23:00", "02:30", "2026-03-29 01:00", "2026-03-29 03:30"),  # half past two is not there
    ],
)
def test_quiet_hours_are_those_of_its_owners_clock(
    house: House, begin: str, end: str, now: str, until: str | None
) -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = dt.datetime.fromisoformat(now).replace(tzinfo=zone)
    house.later((at - clock.now()).total_seconds())
    house.owner.time_zone = str(zone)
    channel = Channel(
        owner=house.owner, quiet_from=dt.time.fromisoformat(begin), quiet_until=dt.time.fromisoformat(end)
    )
    wanted = dt.datetime.fromisoformat(until).replace(tzinfo=zone) if until else None
    assert quiet_hours.quiet_until(channel) == wanted


def test_quiet_hours_and_most_per_day_hold_back_and_make_nothing_late(house: House) -> None:
    page = house.connect()["facebook"]
    local = clock.now().time().replace(second=0, microsecond=0)
    begin, end = ((dt.datetime.combine(dt.date(2026, 1, 2), local) + hours).time() for hours in (-HOUR, HOUR))
    Channel.objects.filter(pk=page.pk).update(quiet_from=begin, quiet_until=end)
    (delivery,) = house.approved("At night.", page)
    tasks.round()
    assert house.box.feed("facebook") == []
    house.later(2 * 3600)
    assert house.settle(delivery).state == State.PUBLISHED
    Channel.objects.filter(pk=page.pk).update(quiet_from=None, quiet_until=None, most_per_day=1)
    (second,) = house.approved("Tomorrow.", page)
    tasks.round()
    today = delivery.committed_at
    assert house.settle(second, hours=60).state == State.PUBLISHED
    assert today is not None
    assert second.committed_at is not None
    assert second.committed_at.date() > today.date()
