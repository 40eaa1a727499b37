"""What a crew has in hand when something else goes wrong, or its channel does not get free: no death, nothing lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from outbox.crew import Crew
from outbox.delivering import BUSY
from outbox.takings import PATIENCE, deliver_due
from poster import clock
from poster.work import leases, time_budget
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Account, Request, Staged
from tests import factories
from tests.clocks import Clock
from tests.publishing import staged
from tests.publishing.staged import EVENTS, SHOWN, happen
from tests.watches.staged import registered

State = Delivery.State
READY, WAITS = "Ready.", "Waits."
MOMENT = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LONG = 20.0  # seconds; who waits longer waits in vain
THEIR_WAIT = 50.0
struck = threading.Event()


class Platform(staged.Platform):
    """What is called WAITS takes until the main thread has met an error, and is not ready then."""

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged:
        if request.text != WAITS:
            return super().prepare(account, request, so_far)
        struck.wait(LONG)
        return Staged(refs=("half of it",), done=1, total=2, wait=THEIR_WAIT)

    def permalink(self, account: Account, remote_id: str) -> str:
        happen("linking")
        return super().permalink(account, remote_id)


@pytest.fixture
def due(transactional_db: None, the_clock: Clock) -> Iterator[Callable[[str], Delivery]]:
    """A post with these words, due at a channel of its own."""
    ann = factories.person("Ann")
    the_clock.put(MOMENT)

    def make(text: str) -> Delivery:
        channel = factories.channel(ann)
        channel.platform = "staged"
        channel.save()
        return factories.delivery(factories.post(ann, channel, text=text), channel)

    with registered(PLATFORMS, "staged", "tests.publishing.test_put_back:Platform"):
        yield make
    EVENTS.clear()
    SHOWN.clear()
    struck.clear()


def read(row: Delivery) -> Delivery:
    return Delivery.objects.get(pk=row.pk)


def one_round(refuses: Callable[[str], bool], *, crew: int = 2, ends: type[BaseException] = OperationalError) -> None:
    """It ends with an error; `refuses`: which statements the database does not take from the main thread."""

    def ask(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == BUSY:
            struck.set()
        if refuses(sql):
            raise OperationalError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask), Crew(crew) as workers, pytest.raises(ends):
        deliver_due(time_budget.never, workers)


def test_what_is_ready_is_kept_and_what_waits_for_them_waits_no_longer(due: Callable[[str], Delivery]) -> None:
    one, other = due(READY), due(WAITS)
    one_round(lambda sql: sql == BUSY)
    assert (read(one).state, read(one).leased_until, read(one).deaths) == (State.PREPARED, None, 0)
    waits = read(other)
    assert (waits.state, waits.leased_until, waits.deaths) == (State.QUEUED, None, 0)
    assert waits.next_at == MOMENT + dt.timedelta(seconds=THEIR_WAIT)
    assert SHOWN == []


def test_what_cannot_even_be_put_back_is_owed(due: Callable[[str], Delivery]) -> None:
    row = due(READY)
    one_round(lambda sql: struck.is_set())
    assert read(row).leased_until is not None
    assert leases.settle_owed() == 1
    assert (read(row).state, read(row).leased_until, read(row).deaths) == (State.QUEUED, None, 0)
    assert SHOWN == []


def test_what_is_out_when_its_worker_is_ended_is_done_with(due: Callable[[str], Delivery]) -> None:
    row = due(READY)

    def ended() -> None:
        struck.set()
        raise SystemExit

    EVENTS["linking"] = ended
    one_round(lambda sql: struck.is_set(), crew=1, ends=SystemExit)
    assert leases.settle_owed() == 0
    assert (read(row).state, read(row).leased_until, read(row).deaths) == (State.PUBLISHED, None, 0)
    assert len(SHOWN) == 1


def test_what_waits_in_vain_for_its_channel_is_tried_again_seconds_later(due: Callable[[str], Delivery]) -> None:
    """Another worker is in its call there, and does not come back from it."""
    row = due(READY)
    busy = factories.delivery(factories.post(row.owner, row.channel), row.channel, State.PUBLISHING)
    until = MOMENT + dt.timedelta(minutes=1)
    marked = {"commits": 1, "committed_at": MOMENT, "deadline_at": until, "leased_until": until}
    Delivery.objects.filter(pk=busy.pk).update(**marked)
    passing = iter(range(1000, 2000))
    clock.use(MOMENT.timestamp, lambda: next(passing) * PATIENCE / 2)
    with Crew(2) as crew:
        assert deliver_due(time_budget.never, crew) == 1
    waits = read(row)
    assert (waits.state, waits.leased_until, waits.deaths, SHOWN) == (State.PREPARED, None, 0, [])
    assert waits.next_at == MOMENT + dt.timedelta(seconds=3)
