"""The tick puts a round into the queue when something is due, and no second one; a queue that hangs is noticed."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signals import post_execute_in_worker
from django_q.tasks import async_task

from accounts.models import User
from operations import nudges
from operations.nudges import nudge
from poster.work.lease_recovery import let_go
from poster.work.queue_watchdog import LOOKS, Watchdog, longest_wait
from publishing.models import Delivery
from tests.factories import channel, delivery, file, person, post, watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return person("Ann", operator=True)


def queued() -> list[str]:
    return sorted(message.func() for message in OrmQ.objects.all())


def test_nothing_due_nothing_queued(ann: User) -> None:
    assert nudge() == []
    assert queued() == []


def test_what_is_due_is_queued_once(ann: User) -> None:
    watch(ann)
    page = channel(ann)
    delivery(post(ann, page), page, "queued")
    assert sorted(nudge()) == ["outbox.tasks.round", "watches.tasks.round"]
    assert nudge() == []
    assert queued() == ["outbox.tasks.round", "watches.tasks.round"]


def test_a_round_of_one_app_does_not_keep_the_other_waiting(ann: User) -> None:
    watch(ann)
    nudge()
    page = channel(ann)
    delivery(post(ann, page), page, "queued")
    assert nudge() == ["outbox.tasks.round"]


def test_what_a_dead_cluster_had_taken_is_handed_out_again() -> None:
    async_task("watches.tasks.round")
    OrmQ.objects.update(lock=timezone.now() + dt.timedelta(seconds=Conf.RETRY))
    assert let_go() == 1
    assert OrmQ.objects.get().lock <= timezone.now()
    assert let_go() == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="several machines: leases have to end")
def test_rows_that_a_dead_worker_held_are_free_again_and_its_writes_do_not_count(ann: User) -> None:
    picture, page = file(ann, state="found"), channel(ann)
    sending = delivery(post(ann, page), page, "publishing", commits=1, committed_at=timezone.now())
    held: list[Any] = [picture, sending]
    for row in held:
        assert type(row).objects.take(row)
    assert let_go() == 2
    assert not Delivery.objects.filter(leased_until__isnull=False).exists()
    for row in held:
        assert type(row).objects.take(type(row).objects.get(pk=row.pk))
        assert not row.swap(reason_code="late")


def lease_ended(row: Delivery) -> Delivery:
    """The worker that had it is dead, and others notice."""
    Delivery.objects.filter(pk=row.pk).update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    return Delivery.objects.get(pk=row.pk)


def deaths_until_put_aside(row: Delivery, *, house_too: bool) -> int:
    for deaths in range(20):
        assert Delivery.objects.take(row)
        if row.deadly:
            return deaths
        if house_too:
            let_go()
        row = lease_ended(row)
    return 20


@pytest.mark.parametrize(("house_too", "most"), [(False, 3), (True, 9)])
def test_a_row_is_put_aside_after_three_deaths_of_its_own_but_bears_many_power_cuts(
    ann: User, house_too: bool, most: int
) -> None:
    """Whatever pulls the house down each time is stopped in the end, too."""
    page = channel(ann)
    assert deaths_until_put_aside(delivery(post(ann, page), page, "queued"), house_too=house_too) == most


def test_one_step_that_ends_in_order_forgives_all_deaths(ann: User) -> None:
    page = channel(ann)
    row = delivery(post(ann, page), page, "queued")
    for _ in range(3):
        assert Delivery.objects.take(row)
        row = lease_ended(row)
    assert Delivery.objects.take(row)
    row.let_go()
    assert deaths_until_put_aside(Delivery.objects.get(pk=row.pk), house_too=False) == 3


def waiting(*, seconds: float, taken: bool) -> None:
    async_task("watches.tasks.round")
    moment = timezone.now() - dt.timedelta(seconds=seconds)
    OrmQ.objects.update(lock=moment + dt.timedelta(seconds=Conf.RETRY) if taken else moment)


@pytest.mark.parametrize("taken", [False, True])
def test_how_long_a_message_waits_is_known_whether_it_was_handed_out_or_not(*, taken: bool) -> None:
    assert longest_wait() == 0
    waiting(seconds=100, taken=taken)
    assert 100 <= longest_wait() < 160


def old_watchdog() -> Watchdog:
    watchdog = Watchdog()
    watchdog.since -= dt.timedelta(minutes=5)
    return watchdog


@pytest.mark.parametrize("taken", [False, True])
def test_messages_that_wait_while_nobody_works_are_a_stall(*, taken: bool) -> None:
    waiting(seconds=100, taken=taken)
    watchdog = old_watchdog()
    looks = [watchdog.stalled(os.getpid()) for _ in range(LOOKS)]
    assert looks == [False] * (LOOKS - 1) + [True]


def test_a_worker_that_is_busy_for_long_is_none() -> None:
    waiting(seconds=100, taken=True)
    busy = subprocess.Popen([sys.executable, "-c", "input()", "qcluster x processing y"], stdin=subprocess.PIPE)
    watchdog = old_watchdog()
    assert [watchdog.stalled(os.getpid()) for _ in range(LOOKS + 1)] == [False] * (LOOKS + 1)
    busy.communicate(b"\n")


def test_a_cluster_that_has_just_been_started_is_given_time() -> None:
    waiting(seconds=100, taken=False)
    watchdog = Watchdog()
    assert [watchdog.stalled(os.getpid()) for _ in range(LOOKS + 1)] == [False] * (LOOKS + 1)


def test_a_round_that_ended_queues_what_follows_and_two_never_chase_each_other(ann: User) -> None:
    """Through the signal that a worker of the queue sends."""
    page = channel(ann)
    delivery(post(ann, page), page, "queued")
    nudges._followed_at = -nudges.APART
    post_execute_in_worker.send(sender="django_q", func=None, task={"func": "watches.tasks.round"})
    assert queued() == ["outbox.tasks.round"]
    OrmQ.objects.all().delete()
    post_execute_in_worker.send(sender="django_q", func=None, task={"func": "watches.tasks.round"})
    assert queued() == []
    nudges._followed_at = -nudges.APART
    post_execute_in_worker.send(sender="django_q", func=None, task={"func": "django.core.management.call_command"})
    assert queued() == []
