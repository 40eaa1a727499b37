"""A watch may be stricter than its channels: quiet hours and so many posts a day of its own; or go by their queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Channel
from outbox import tasks
from outbox.models import Outgoing
from outbox.preflight import gate
from poster import clock
from poster.permissions import Caller, NotPossible
from poster.reasons import Reason
from publishing.models import Delivery, Post
from publishing.posts import slots
from publishing.posts.approving import approve, approve_by_watch
from publishing.posts.composing import compose_ready
from publishing.reasons.gate import EnoughOfWatch, WatchIsQuiet
from publishing.reasons.times import NoSlots
from tests import factories
from tests.house import House
from watches.models import Watch
from watches.watch_rules import check_rules

State = Delivery.State
HOUR = dt.timedelta(hours=1)


def around_now(hours: int = 1) -> dict[str, dt.time]:
    """Quiet hours that it is in now, in UTC."""
    now = clock.now().replace(second=0, microsecond=0)
    return {"quiet_from": (now - HOUR).time(), "quiet_until": (now + hours * HOUR).time()}


def of_watch(house: House, watch: Watch, *channels: Channel, text: str = "Bread.") -> list[Delivery]:
    """A post of it on its way, by a person's yes."""
    post = house.post(text, *channels)
    Post.objects.filter(pk=post.pk).update(watch=watch)
    post.refresh_from_db()
    return approve(post, by=Caller.of(house.owner))


def why(delivery: Delivery) -> Reason | None:
    """Why it may not go out now."""
    stop = gate(Delivery.objects.select_related("post", "channel__credential", "owner").get(pk=delivery.pk))
    return stop.reason if stop else None


@pytest.fixture
def watch(house: House) -> Watch:
    """On a morning: no day ends while a test counts what it had."""
    now = clock.now()
    morning = now.replace(hour=6, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    house.later((morning - now).total_seconds())
    house.connect()
    return house.watch()


def test_in_the_quiet_hours_of_its_watch_nothing_goes_out_and_nothing_gets_late(house: House, watch: Watch) -> None:
    page = house.channels["facebook"]
    Watch.objects.update(**around_now())
    Post.objects.update(latest_hours=0)
    (mine,) = of_watch(house, watch, page)
    (other,) = house.approved("Of no watch.", page)
    tasks.round()
    assert isinstance(why(mine), WatchIsQuiet)
    assert house.settle(other).state == State.PUBLISHED
    house.later(2 * 3600)
    assert house.settle(mine).state == State.PUBLISHED


def test_so_many_posts_a_day_and_the_others_the_next_day(house: House, watch: Watch) -> None:
    page, thread = house.channels["facebook"], house.channels["threads"]
    Watch.objects.update(most_per_day=1)
    both = of_watch(house, watch, page, thread, text="One post to two channels.")
    assert {house.settle(each).state for each in both} == {State.PUBLISHED}
    (second,) = of_watch(house, watch, page, text="Tomorrow.")
    tasks.round()
    assert why(second) == EnoughOfWatch(watch=watch.name, most=1)
    assert house.settle(*house.approved("Of no watch.", page)).state == State.PUBLISHED
    assert house.settle(second, hours=60).state == State.PUBLISHED
    assert second.committed_at is not None
    assert both[0].committed_at is not None
    assert second.committed_at.date() > both[0].committed_at.date()


def test_what_certainly_did_not_go_out_is_none_of_them(house: House, watch: Watch) -> None:
    page = house.channels["facebook"]
    Watch.objects.update(most_per_day=1)
    (failed,) = of_watch(house, watch, page)
    Outgoing.objects.filter(pk=failed.pk).update(state=State.FAILED, committed_at=clock.now())
    today = clock.now().date()
    (second,) = of_watch(house, watch, page)
    assert house.settle(second).state == State.PUBLISHED
    assert second.committed_at is not None
    assert second.committed_at.date() == today


@pytest.mark.parametrize(("of_channel", "of_watch_"), [(3, 1), (1, 3)])
def test_of_watch_and_channel_the_stricter_one_holds(
    house: House, watch: Watch, of_channel: int, of_watch_: int
) -> None:
    page = house.channels["facebook"]
    begin = clock.now()
    Channel.objects.filter(pk=page.pk).update(**around_now(of_channel))
    Watch.objects.update(**around_now(of_watch_))
    (mine,) = of_watch(house, watch, page)
    assert house.settle(mine).state == State.PUBLISHED
    assert mine.committed_at is not None
    assert mine.committed_at - begin > 2.9 * HOUR


# --- in the queue


def a_file_of(watch: Watch) -> Post:
    """A draft for a file that it has found."""
    factories.asset(watch.owner, watched_by=watch)
    compose_ready()
    post = Post.objects.get(watch=watch)
    Post.objects.filter(pk=post.pk).update(wants_words="", text="Bread.")
    post.refresh_from_db()
    return post


def test_a_watch_that_goes_by_the_queue_takes_the_next_posting_time(db: None) -> None:
    ann = factories.person("Ann")
    page = factories.channel(ann)
    slots.add(page, weekdays=range(7), wall=dt.time(9), zone="UTC", by=Caller.of(ann))
    post = a_file_of(factories.watch(ann, page, in_queue=True))
    assert post.queue == Post.Queue.NEXT
    (made,) = approve_by_watch(post)
    assert made.planned_at == slots.next_of(page, clock.now(), 1)[0]
    assert made.queued


def test_without_posting_times_its_post_waits_and_says_so(db: None) -> None:
    ann = factories.person("Ann")
    post = a_file_of(factories.watch(ann, factories.channel(ann), in_queue=True))
    with pytest.raises(NotPossible) as none:
        approve_by_watch(post)
    assert isinstance(none.value.reason, NoSlots)


def test_others_go_at_once(db: None) -> None:
    ann = factories.person("Ann")
    post = a_file_of(factories.watch(ann, factories.channel(ann)))
    (made,) = approve_by_watch(post)
    assert (made.planned_at, made.queued) == (None, False)


def test_what_it_posts_by_itself_waits_for_the_posting_time(house: House, settings: Any) -> None:
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-practice-0123456789abcdef"}
    thread = house.connect()["threads"]
    soon = clock.now() + 5 * HOUR
    by = Caller.of(house.owner)
    slots.add(thread, weekdays=range(7), wall=soon.time(), zone="UTC", by=by)
    house.watch(channels=[thread], in_queue=True, captioner="openai", language="en")
    house.drop()
    house.look(4)
    delivery = Delivery.objects.get()
    assert delivery.planned_at == soon.replace(second=0, microsecond=0)
    tasks.round()
    assert house.box.feed("threads") == []
    assert house.settle(delivery).state == State.PUBLISHED


# --- said in the dashboard and in a terminal


def test_it_is_said_on_the_page_of_the_watch(db: None) -> None:
    ann = factories.person("Ann", password=factories.PASSWORD)
    page = factories.channel(ann)
    watch, browser = factories.watch(ann, page, in_queue=False), Client()
    browser.force_login(ann)
    where = reverse("admin:watches_watch_change", args=[watch.pk])
    sent = {
        "name": watch.name, "channels": str(page.pk), "interval": "60", "captioner": "describer", "model": "",
        "language": "", "approval": "ask", "backlog": "skip", "fit": "pad", "latest_hours": "24", "subfolders": "on",
    }  # fmt: skip
    wrongs = [{"quiet_from": "22:00"}, {"quiet_from": "22:00", "quiet_until": "22:00"}, {"most_per_day": "0"}]
    for wrong in wrongs:
        assert browser.post(where, sent | wrong).status_code == 200
    told = {"quiet_from": "22:00", "quiet_until": "07:00", "most_per_day": "3", "in_queue": "on"}
    assert browser.post(where, sent | told).status_code == 302
    watch.refresh_from_db()
    kept = (watch.quiet_from, watch.quiet_until, watch.most_per_day, watch.in_queue)
    assert kept == (dt.time(22), dt.time(7), 3, True)
    assert 'value="22:00"' in browser.get(where).content.decode()


@pytest.mark.parametrize("wrong", [{"most_per_day": 0}, {"quiet_from": dt.time(22)}, {"quiet_until": dt.time(7)}])
def test_a_watch_of_nothing_or_half_quiet_hours_is_refused_whoever_asks(wrong: Any) -> None:
    with pytest.raises(NotPossible):
        check_rules("Inbox", wrong)


def test_it_is_said_in_a_terminal(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.connect()
    told = ["--most-per-day", "2", "--quiet-from", "22:00", "--quiet-until", "06:30", "--in-queue"]
    what = ["--owner", house.owner.email, "--name", "Inbox", "--source", "folder", "--place", str(house.folder)]
    call_command("watch", "add", *what, "--channels", "all", "--json", *told)
    watch = Watch.objects.get()
    assert (watch.most_per_day, watch.in_queue) == (2, True)
    assert (watch.quiet_from, watch.quiet_until) == (dt.time(22), dt.time(6, 30))
    assert '"quiet_from": "22:00:00"' in capsys.readouterr().out
