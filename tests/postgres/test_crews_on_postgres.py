"""A round with several deliveries under way at once, where each thread has a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from outbox import tasks
from poster.errors import Unavailable
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Account, Receipt, Request, Staged
from tests import factories
from tests.facts import Told
from tests.publishing import staged
from tests.publishing.staged import SHOWN
from tests.watches.staged import registered
from tests.whole.servers import Postgres

State = Delivery.State
PATIENCE = 20.0  # seconds; who waits longer waits alone
CHANNELS = 3
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
