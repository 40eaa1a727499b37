"""A round with several deliveries under way at once, where each thread has a connection of its own."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from media.storage import STORAGES
from media.storage.disk import Disk
from outbox import tasks
from outbox.crew import Crew
from outbox.delivering import BUSY
from poster import clock
from poster.errors import Unavailable
from publishing.delivery.renditions import parts
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Account, Receipt, Request, Staged
from tests import factories
from tests.facts import Told
from tests.held import SHOWN as SHOWN_AS
from tests.held import hold
from tests.pictures import photo
from tests.publishing import staged
from tests.publishing.staged import SHOWN
from tests.watches.staged import registered
from tests.whole.servers import Postgres

State = Delivery.State
PATIENCE = 20.0  # seconds; who waits longer waits alone
CHANNELS = 3
LATER = dt.timedelta(minutes=1)
BARRIER = threading.Barrier(CHANNELS)
SHOWN_BY: list[threading.Thread] = []
LINKED_BY: list[threading.Thread] = []


class Platform(staged.Platform):
    """All have to be at it in the same moment, or none goes on."""

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged:
        if not so_far.refs:
            try:
                BARRIER.wait(PATIENCE)
            except threading.BrokenBarrierError:
                raise Unavailable(Told(words="It was alone.")) from None
        return super().prepare(account, request, so_far)

    def publish(self, account: Account, request: Request, staged: Staged) -> Receipt:
        SHOWN_BY.append(threading.current_thread())
        return super().publish(account, request, staged)

    def permalink(self, account: Account, remote_id: str) -> str:
        LINKED_BY.append(threading.current_thread())
        return super().permalink(account, remote_id)


@pytest.fixture
def due(on_postgres: Postgres, settings: Any) -> Iterator[list[Delivery]]:
    """Different posts for as many channels, all due."""
    settings.DELIVERIES_AT_ONCE = CHANNELS
    ann = factories.person("Ann")
    with registered(PLATFORMS, "staged", "tests.postgres.test_crews_on_postgres:Platform"):
        made = []
        for number in range(CHANNELS):
            channel = factories.channel(ann)
            channel.platform = "staged"
            channel.save()
            picture = factories.asset(ann, sha256=str(number) * 64)
            made.append(factories.delivery(factories.post(ann, channel, picture=picture), channel))
        yield made
    for told in (SHOWN, SHOWN_BY, LINKED_BY):
        told.clear()


def test_all_are_laid_down_at_once_and_the_main_thread_alone_publishes(due: list[Delivery]) -> None:
    tasks.round()
    rows = Delivery.objects.filter(pk__in=[each.pk for each in due])
    assert {(row.state, row.commits, bool(row.permalink)) for row in rows} == {(State.PUBLISHED, 1, True)}
    assert len(SHOWN) == len(set(SHOWN)) == CHANNELS
    assert set(SHOWN_BY) == {threading.main_thread()}
    assert threading.main_thread() not in LINKED_BY


def test_an_error_of_the_main_thread_puts_back_what_is_in_hand_and_is_no_death(due: list[Delivery]) -> None:
    """However often it happens, the posts are not to blame."""

    def strike(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == BUSY:  # whether its channel is busy
            raise OperationalError
        return execute(sql, params, many, context)

    for _ in range(4):
        with connection.execute_wrapper(strike), pytest.raises(OperationalError):
            tasks.round()
        rows = list(Delivery.objects.all())
        assert {(row.leased_until, row.deaths) for row in rows} == {(None, 0)}
        Delivery.objects.update(next_at=clock.now())
    assert SHOWN == []
    tasks.round()
    assert {row.state for row in Delivery.objects.all()} == {State.PUBLISHED}
    assert len(SHOWN) == CHANNELS


def test_what_is_ready_waits_a_moment_for_its_channel(due: list[Delivery]) -> None:
    """Another worker publishes there: it is done within the same round."""
    now = clock.now()
    marked = {"state": State.PUBLISHING, "commits": 1, "committed_at": now, "deadline_at": now + LATER}
    post = factories.post(due[0].owner, due[0].channel, picture=factories.asset(due[0].owner, sha256="f" * 64))
    busy = factories.delivery(post, due[0].channel)
    Delivery.objects.filter(pk=busy.pk).update(**marked, leased_until=now + LATER)

    def done() -> None:
        time.sleep(0.5)
        Delivery.objects.filter(pk=busy.pk).update(state=State.CHECKING, next_at=now + LATER, leased_until=None)
        connection.close()

    other = threading.Thread(target=done)
    other.start()
    tasks.round()
    other.join()
    assert {row.state for row in Delivery.objects.exclude(pk=busy.pk)} == {State.PUBLISHED}
    assert len(SHOWN) == CHANNELS


PUT: list[str] = []


class Counting(Disk):
    """Tells which files were laid down."""

    def put(self, file: Path, key: str) -> None:
        PUT.append(key)
        super().put(file, key)


def test_a_picture_that_several_wait_for_is_made_once(due: list[Delivery], tmp_path: Path) -> None:
    picture = factories.asset(due[0].owner, sha256="e" * 64)
    hold(picture, photo(tmp_path / "a.jpg", 640, 480).read_bytes())
    shown = {"asset": str(picture.pk), "sha256": picture.sha256, "alt_text": "", "recipe": asdict(SHOWN_AS)}
    for row in due:
        row.media = [shown]
        Delivery.objects.filter(pk=row.pk).update(media=row.media)
    together = threading.Barrier(CHANNELS)

    def made(row: Delivery) -> str:
        together.wait(PATIENCE)
        return parts(row)[0].sha256

    with registered(STORAGES, "disk", "tests.postgres.test_crews_on_postgres:Counting"), Crew(CHANNELS) as crew:
        assert len(set(crew.each(partial(made, row) for row in due))) == 1
    assert len(PUT) == 1
