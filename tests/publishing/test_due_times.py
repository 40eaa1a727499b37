"""When it goes out is no content: it moves by comparing the time of before, until it is marked; each move is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel
from outbox import manual_actions, takings, tasks
from poster import clock
from poster.ledger.verification import verify
from poster.permissions import Caller, NotPossible, Scope
from publishing.models import Delivery, Post, Variant
from publishing.posts import approval_undo, due_times
from publishing.posts.approving import approve
from publishing.reasons.steps import MovedTime
from tests import factories
from tests.house import House

State = Delivery.State
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def channels(house: House) -> dict[str, Channel]:
    return house.connect()


@pytest.fixture
def planned(house: House, channels: dict[str, Channel]) -> Post:
    """Approved for two channels, for tomorrow."""
    post = house.post("Fresh bread.", channels["facebook"], channels["threads"])
    Post.objects.filter(pk=post.pk).update(due_at=clock.now() + 24 * HOUR)
    post.refresh_from_db()
    approve(post, by=Caller.of(house.owner))
    return post


def on(platform: str) -> Delivery:
    return Delivery.objects.get(platform=platform)


def test_one_or_all_move_and_what_was_approved_stays_the_same(house: House, planned: Post) -> None:
    by, was = Caller.of(house.owner), planned.due_at
    assert was is not None
    before = (planned.revision, sorted(Delivery.objects.values_list("content_hash", flat=True)))
    alone, all_ = clock.now() + 2 * HOUR, clock.now() + 3 * HOUR
    due_times.move(on("threads"), to=alone, was=was, by=by)
    assert [each.platform for each in due_times.move_post(planned, to=all_, was=was, by=by)] == ["facebook"]
    moved = {each.platform: (each.planned_at, each.due_at, each.next_at) for each in Delivery.objects.all()}
    assert moved == {"threads": (alone,) * 3, "facebook": (all_,) * 3}
    assert on("threads").latest_at == alone + dt.timedelta(hours=planned.latest_hours)
    assert (planned.revision, sorted(Delivery.objects.values_list("content_hash", flat=True))) == before
    assert [each.entries.filter(fact_code=MovedTime.code).count() for each in Delivery.objects.all()] == [1, 1]
    assert verify() == []


def test_it_goes_out_then_and_not_before(house: House, planned: Post) -> None:
    delivery = on("facebook")
    due_times.move(delivery, to=clock.now() + HOUR, was=delivery.due_at, by=Caller.of(house.owner))
    house.later(3500)
    Delivery.objects.update(next_at=clock.now())  # whoever wakes it
    tasks.round()
    assert house.box.feed("facebook") == []
    house.later(200)
    assert house.settle(delivery).state == State.PUBLISHED
    assert house.box.feed("threads") == []


def test_of_two_who_move_it_the_second_is_told(house: House, planned: Post) -> None:
    by, was = Caller.of(house.owner), planned.due_at
    assert was is not None
    due_times.move(on("facebook"), to=was + HOUR, was=was, by=by)
    with pytest.raises(NotPossible):
        due_times.move(on("facebook"), to=was + 2 * HOUR, was=was, by=by)
    due_times.move_post(planned, to=was + HOUR, was=was, by=by)
    with pytest.raises(NotPossible):
        due_times.move_post(planned, to=was + 2 * HOUR, was=was, by=by)
    assert {each.due_at for each in Delivery.objects.all()} == {was + HOUR}


@pytest.mark.parametrize("state", [State.PUBLISHING, State.CHECKING, State.PUBLISHED, State.CANCELLED])
def test_what_is_marked_or_over_is_not_moved(house: House, planned: Post, state: str) -> None:
    by, was, delivery = Caller.of(house.owner), planned.due_at, on("facebook")
    assert was is not None
    gone = {"published_at": clock.now()} if state == State.PUBLISHED else {}
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **gone)
    with pytest.raises(NotPossible):
        due_times.move(on("facebook"), to=was + HOUR, was=was, by=by)
    assert [each.platform for each in due_times.move_post(planned, to=was + HOUR, was=was, by=by)] == ["threads"]
    Delivery.objects.update(state=State.PUBLISHING, channel=None)
    with pytest.raises(NotPossible):
        due_times.move_post(planned, to=was + 2 * HOUR, was=was + HOUR, by=by)
    planned.refresh_from_db()
    assert planned.due_at == was + HOUR


def test_a_worker_that_read_the_row_before_it_was_moved_does_not_mark_it(house: House, planned: Post) -> None:
    delivery = on("facebook")
    house.later(25 * 3600)
    Delivery.objects.update(next_at=clock.now())
    stale = on("facebook")
    assert Delivery.objects.take(stale)
    due_times.move(delivery, to=clock.now() + HOUR, was=delivery.due_at, by=Caller.of(house.owner))
    takings.STEPS[State.QUEUED](stale)
    assert (house.box.feed("facebook"), on("facebook").commits) == ([], 0)


def test_the_minute_of_undoing_stays(house: House, channels: dict[str, Channel]) -> None:
    post = house.post("Fresh bread.", channels["facebook"])
    (delivery,) = approve(post, by=Caller.of(house.owner), undoable=True)
    due_times.move_post(post, to=clock.now() - HOUR, was=None, by=Caller.of(house.owner))
    delivery.refresh_from_db()
    assert delivery.due_at == delivery.undo_until
    approval_undo.undo(post, by=Caller.of(house.owner))
    assert Post.objects.get().state == Post.State.DRAFT


def test_what_was_moved_alone_keeps_its_time_when_it_is_approved_again(house: House, planned: Post) -> None:
    delivery, to = on("threads"), clock.now() + 5 * HOUR
    due_times.move(delivery, to=to, was=delivery.due_at, by=Caller.of(house.owner))
    approval_undo.undo(planned, by=Caller.of(house.owner))
    assert Variant.objects.get(channel=delivery.channel).due_at == to
    again = {each.platform: each.due_at for each in approve(planned, by=Caller.of(house.owner))}
    assert again["threads"] == to != again["facebook"]


def test_what_is_posted_now_after_all_does_not_wait_for_its_time(house: House, planned: Post) -> None:
    delivery = on("facebook")
    Delivery.objects.filter(pk=delivery.pk).update(state=State.FAILED)
    delivery.refresh_from_db()
    manual_actions.post_now(delivery, by=Caller.of(house.owner))
    assert house.settle(delivery).state == State.PUBLISHED
    assert verify() == []


def test_nobody_moves_what_is_not_theirs_nor_a_draft_nor_where_they_only_write(house: House, planned: Post) -> None:
    ben, was = factories.person("Ben"), planned.due_at
    assert was is not None
    writer = Caller(house.owner, Caller.of(house.owner).door, frozenset({Scope.DRAFT}))
    for by in (Caller.of(ben), writer):
        with pytest.raises(NotPossible):
            due_times.move(on("facebook"), to=was + HOUR, was=was, by=by)
        with pytest.raises(NotPossible):
            due_times.move_post(planned, to=was + HOUR, was=was, by=by)
    approval_undo.undo(planned, by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        due_times.move_post(planned, to=was + HOUR, was=was, by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        due_times.move_post(planned, to=was + 24 * 400 * HOUR, was=was, by=Caller.of(house.owner))


@pytest.mark.parametrize("name", ["post", "delivery"])
def test_the_pages_move_it_and_the_second_tab_is_told(db: None, name: str) -> None:
    ann, browser = factories.person("Ann", password=factories.PASSWORD), Client()
    browser.force_login(ann)
    post = factories.post(ann, factories.channel(ann), due_at=clock.now() + 24 * HOUR)
    (delivery,) = approve(post, by=Caller.of(ann))
    row: Post | Delivery = post if name == "post" else delivery
    was = row.due_at
    assert was is not None
    act = reverse(f"admin:publishing_{name}_do", args=[row.pk, "move"])
    shown = browser.get(reverse(f"admin:publishing_{name}_change", args=[row.pk])).content.decode()
    assert f'name="was" value="{was.isoformat()}"' in shown
    to = timezone.localtime(was + HOUR).strftime("%Y-%m-%dT%H:%M")
    for sent in ("", "soon", to):
        browser.post(act, {"to": sent, "was": was.isoformat()})
        row.refresh_from_db()
        assert (row.due_at == was) == (sent != to)
    moved = row.due_at
    later = timezone.localtime(was + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")
    for seen in (was.isoformat(), "nonsense", ""):
        browser.post(act, {"to": later, "was": seen})
    row.refresh_from_db()
    assert row.due_at == moved


def test_what_goes_at_once_has_one_time_in_all_its_places(house: House) -> None:
    """The calendar shows them as one entry, and they are moved as one."""
    house.connect()
    assert len({delivery.due_at for delivery in house.approved("Everywhere at once.")}) == 1
