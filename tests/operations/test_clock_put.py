"""This machine's clock was wrong, and was put right: what waits goes on, and what is in doubt stays safe."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Iterator

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule

import outbox.tasks
from accounts.connections import revocations
from accounts.connections.token_refresh import opened
from accounts.models import Channel, Credential, Revocation
from operations import nudges, rest_checks
from outbox.checking import in_doubt_since
from outbox.verdicts import settled_at
from poster import clock
from poster.doctor import Level
from poster.ledger.verification import verify
from poster.models import ClockSight
from poster.permissions import Caller
from poster.reasons import Actor
from poster.work import clock_jumps, cooldowns, leases
from publishing.models import Delivery
from publishing.posts.approving import approve
from publishing.posts.text_limits import limits_of
from tests.house import House
from watches.models import FoundFile, SourceCursor

State = Delivery.State
MINUTE, HOUR, DAY, YEAR = 60.0, 3600.0, 86400.0, 365 * 86400.0


class Machine:
    """A clock that somebody can put, and time that passes whatever it says."""

    def __init__(self, house: House) -> None:
        self.house, self.passed, self.put_by = house, 0.0, 0.0
        clock.use(lambda: time.time() + self.passed + self.put_by, lambda: time.monotonic() + self.passed)

    def later(self, seconds: float) -> None:
        self.passed += seconds
        self.house.box.advance(seconds)

    def put(self, seconds: float) -> None:
        self.put_by += seconds

    def work(self, seconds: float, every: float = 61.0) -> None:
        for _ in range(int(seconds / every)):
            outbox.tasks.round()
            self.later(every)
        outbox.tasks.round()


@pytest.fixture
def machine(house: House) -> Iterator[Machine]:
    house.connect()
    made = Machine(house)
    clock_jumps.notice()
    yield made
    clock.use(time.time)


def read(row: Delivery) -> Delivery:
    return Delivery.objects.select_related("channel").get(pk=row.pk)


@pytest.mark.parametrize("ahead", [2 * DAY, YEAR, 40 * YEAR])
def test_what_was_due_by_the_wrong_clock_is_due_by_the_right_one(machine: Machine, house: House, ahead: float) -> None:
    machine.put(ahead)
    clock_jumps.notice()
    page = house.channels["facebook"]
    (now,) = house.approved("Approved by the wrong clock.", page, asset=house.asset("a.jpg", look=1))
    (waits,) = house.approved("It waited for its turn.", page, asset=house.asset("b.jpg", look=2))
    tomorrow = clock.now() + dt.timedelta(minutes=3)
    Delivery.objects.filter(pk=waits.pk).update(next_at=tomorrow, leased_until=clock.now() + leases.LEASE)
    Channel.objects.update(resting_until=tomorrow, room_read_at=tomorrow, spacing=60)
    stream = SourceCursor.objects.create(
        owner=house.owner, source="folder", key="x", next_at=tomorrow, relisted_at=tomorrow
    )
    asset = FoundFile.objects.create(owner=house.owner, name="c.jpg", next_at=tomorrow, leased_until=tomorrow)
    cooldowns.announce(f"login:{page.credential_id}", MINUTE)
    machine.put(-ahead)
    machine.work(10 * MINUTE)
    assert [read(row).state for row in (now, waits)] == [State.PUBLISHED, State.PUBLISHED]
    stream.refresh_from_db()
    asset.refresh_from_db()
    assert max(stream.next_at, asset.next_at) <= clock.now()
    assert (stream.relisted_at, asset.leased_until) == (None, None)


def test_a_post_that_a_person_planned_far_ahead_is_left_alone(machine: Machine, house: House) -> None:
    machine.put(YEAR)
    clock_jumps.notice()
    planned_for = clock.now() + dt.timedelta(days=200)
    post = house.post("For the jubilee.", house.channels["facebook"])
    post.due_at = planned_for
    post.save(update_fields=["due_at"])
    (row,) = approve(post, by=Caller.of(house.owner))
    machine.put(-YEAR)
    machine.work(10 * MINUTE)
    assert (read(row).state, read(row).due_at, read(row).next_at) == (State.QUEUED, planned_for, planned_for)


def test_leases_that_are_longer_than_a_lease_are_over_even_unnoticed(machine: Machine, house: House) -> None:
    asset = FoundFile.objects.create(owner=house.owner, name="c.jpg")
    FoundFile.objects.update(next_at=clock.now(), leased_until=clock.now() + dt.timedelta(days=300))
    assert FoundFile.objects.take(FoundFile.objects.get(pk=asset.pk))
    assert not FoundFile.objects.take(FoundFile.objects.get(pk=asset.pk))


def test_the_queue_goes_on(machine: Machine) -> None:
    far = timezone.now() + dt.timedelta(days=365)
    Schedule.objects.create(name="a", func="outbox.tasks.round", schedule_type=Schedule.MINUTES, next_run=far)
    OrmQ.objects.create(key="poster", payload="x", lock=far)
    machine.put(YEAR)
    clock_jumps.notice()
    machine.put(-YEAR)
    OrmQ.objects.update(payload="x")
    machine.later(11)
    clock_jumps.notice()
    assert Schedule.objects.get(name="a").next_run <= timezone.now()
    assert OrmQ.objects.get().lock <= timezone.now()
    OrmQ.objects.all().delete()
    assert isinstance(nudges.nudge(), list)
    OrmQ.objects.all().delete()


@pytest.mark.parametrize("put", [-YEAR, -2 * HOUR, -20 * MINUTE, 20 * MINUTE, 2 * HOUR, DAY, YEAR])
@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_commit_in_doubt_settles_no_sooner_than_promised(
    machine: Machine, house: House, platform: str, put: float, there: bool
) -> None:
    """Whatever the clock says: what is there is found, and what is not goes out once, and not before its time."""
    channel = house.channels[platform]
    path = "*/feed" if platform == "facebook" else "*/media_publish"
    machine.put(max(-put, 0))
    clock_jumps.notice()
    house.box.fault("lost" if there else "drop", path=path, method="POST", times=1)
    (row,) = house.approved("Fresh bread, still warm.", channel)
    outbox.tasks.round()
    began = machine.passed
    assert read(row).state == State.CHECKING
    machine.work(2 * MINUTE)
    machine.put(put)
    resent = None
    for _ in range(60):
        outbox.tasks.round()
        if read(row).commits == 2 and resent is None:
            resent = machine.passed - began
        if read(row).state in {State.PUBLISHED, State.MISSED}:
            break
        machine.later(61)
    late = put >= DAY and not there  # by the right clock it is a day late
    end = (State.MISSED, 0) if late else (State.PUBLISHED, 1)
    assert (read(row).state, len(house.box.feed())) == end
    promised = settled_at(clock.now(), limits_of(platform).settle) - clock.now()
    assert (resent is None) if there or late else (resent is not None and resent >= promised.total_seconds())


def test_where_nobody_can_know_how_much_time_has_passed_it_begins_anew(machine: Machine, house: House) -> None:
    """After another boot."""
    house.box.fault("drop", path="*/feed", method="POST", times=1)
    (row,) = house.approved("Fresh bread, still warm.", house.channels["facebook"])
    outbox.tasks.round()
    machine.later(10 * HOUR)
    ClockSight.objects.update(boot="another")
    outbox.tasks.round()
    assert read(row).state == State.CHECKING
    assert clock.now() - in_doubt_since(read(row)) < dt.timedelta(minutes=1)
    machine.work(40 * MINUTE)
    assert (read(row).state, len(house.box.feed())) == (State.PUBLISHED, 1)


def test_time_that_passes_is_no_put(machine: Machine, house: House) -> None:
    for seconds in (1, 11, HOUR, 40 * DAY):
        machine.later(seconds)
        assert clock_jumps.notice() is None
    assert clock_jumps.put_back() is None


def test_the_doctor_says_so(machine: Machine) -> None:
    machine.put(YEAR)
    clock_jumps.notice()
    assert "clock" not in [each.name for each in rest_checks.looks()]
    machine.put(-YEAR)
    machine.later(11)
    put = clock_jumps.notice()
    assert put is not None
    assert put.known
    assert abs(put.seconds + YEAR) < 5
    told = clock_jumps.put_back()
    assert told is not None
    assert abs(told[0].total_seconds() - YEAR) < 5
    assert [(each.level, each.actor) for each in rest_checks.looks() if each.name == "clock"] == [
        (Level.WARNING, Actor.OPERATOR)
    ]
    assert clock_jumps.notice() is None


@pytest.mark.parametrize(("boot", "slack"), [("", 0.0), ("another", 2 * DAY)])
def test_the_mark_is_put_right_with_the_clock(machine: Machine, house: House, boot: str, slack: float) -> None:
    """The platform is asked for what it shows since then; where that is not known, two days more are looked through."""
    machine.put(YEAR)
    clock_jumps.notice()
    house.box.fault("lost", path="*/feed", method="POST", times=1)
    (row,) = house.approved("Fresh bread, still warm.", house.channels["facebook"])
    outbox.tasks.round()
    began = clock.now() - dt.timedelta(seconds=YEAR)
    if boot:
        ClockSight.objects.update(boot=boot)
    machine.put(-YEAR)
    machine.later(11)
    clock_jumps.notice()
    marked = read(row).committed_at
    assert marked is not None
    assert abs((began - marked).total_seconds() - slack) < MINUTE
    assert verify() == []


def test_a_rest_that_was_announced_to_a_clock_ahead_is_as_long_by_the_right_one(machine: Machine, house: House) -> None:
    page = house.channels["facebook"]
    machine.put(20 * HOUR)
    clock_jumps.notice()
    house.box.fault("rate", retry_after="60", times=1, method="POST")
    (row,) = house.approved("Bread.", page)
    outbox.tasks.round()
    machine.put(-20 * HOUR)
    machine.later(11)
    clock_jumps.notice()
    began = machine.passed
    while read(row).state != State.PUBLISHED and machine.passed - began < 3 * HOUR:
        outbox.tasks.round()
        machine.later(30)
    assert (read(row).state, machine.passed - began < 10 * MINUTE) == (State.PUBLISHED, True)


def test_a_leap_that_is_put_back_makes_nothing_late(machine: Machine, house: House) -> None:
    (row,) = house.approved("Bread.", house.channels["facebook"])
    machine.put(3 * DAY)
    outbox.tasks.round()
    assert read(row).state == State.QUEUED
    machine.put(-3 * DAY)
    machine.later(30)
    machine.work(5 * MINUTE)
    assert (read(row).state, len(house.box.feed())) == (State.PUBLISHED, 1)


def test_a_leap_that_stays_makes_it_late_after_all(machine: Machine, house: House) -> None:
    (row,) = house.approved("Bread.", house.channels["facebook"])
    machine.put(3 * DAY)
    machine.work(clock_jumps.AFTER_LEAP.total_seconds() + 2 * MINUTE)
    assert (read(row).state, house.box.feed()) == (State.MISSED, [])


@pytest.mark.parametrize("noticed", [True, False])
def test_a_leap_gives_up_no_permission(machine: Machine, house: House, noticed: bool) -> None:
    login = house.channels["facebook"].credential
    revocations.order(login, opened(login))
    Credential.objects.all().delete()
    machine.put(40 * DAY)
    if noticed:
        clock_jumps.notice()
    house.box.fault("drop")
    assert (revocations.ask_due(), Revocation.objects.count()) == (0, 1)
    machine.put(-40 * DAY)
    machine.later(11)
    clock_jumps.notice()
    assert Revocation.objects.get().ends_at <= clock.now() + revocations.KEPT
    house.box.no_faults()
    assert revocations.ask_due() == 1


def test_a_machine_is_known_by_its_data_folder(machine: Machine, settings, tmp_path) -> None:
    """A container has another host name after each start."""
    machine.put(3 * DAY)
    clock_jumps.notice()
    assert socket.gethostname() not in ClockSight.objects.values_list("host", flat=True)
    assert list(ClockSight.objects.values_list("host", flat=True)) == [clock_jumps._machine()]
    settings.VAR = tmp_path
    assert clock_jumps._machine() == clock_jumps._machine() != ClockSight.objects.get().host
