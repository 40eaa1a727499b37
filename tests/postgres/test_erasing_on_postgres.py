"""One person leaves while workers are busy with his posts and with those of somebody else."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

import outbox.tasks
import watches.tasks
from accounts.connections.grants import connect
from accounts.models import User
from operations.privacy import erasure, inventory
from outbox import ledger, send_deadline
from outbox.models import LedgerEntry, Outgoing
from poster.ledger import verification
from poster.permissions import TERMINAL
from publishing.models import Delivery
from tests import factories
from tests.facts import Told
from tests.house import House, grant
from tests.postgres.meeting import at_once
from tests.whole.servers import Postgres

WORKERS = 3
PATIENCE = 100.0  # seconds


@pytest.fixture
def busy(on_postgres: Postgres, house: House) -> House:
    """A house on PostgreSQL (asked for first, so that all of it is there), with another operator."""
    factories.person("Olga", operator=True)
    house.connect()
    return house


@contextmanager
def workers(house: House) -> Iterator[list[BaseException]]:
    """They make rounds until the block ends; what they could not bear is in the list."""
    over, broken = threading.Event(), list[BaseException]()

    def work() -> None:
        while not over.is_set():
            try:
                watches.tasks.round()
                outbox.tasks.round()
            except Exception as error:  # noqa: BLE001 - told to the test
                broken.append(error)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    try:
        yield broken
    finally:
        over.set()
        for thread in threads:
            thread.join()


def until(came: Callable[[], bool], house: House) -> None:
    """Time passes, slowly: whoever is in a call is not to be taken for dead. AssertionError when it never comes."""
    end = time.monotonic() + PATIENCE
    while not came():
        assert time.monotonic() < end, list(Delivery.objects.values_list("text", "state", "reason_code"))
        house.later(1)
        time.sleep(0.05)


def test_one_leaves_while_workers_are_at_it_and_nobody_else_notices(
    busy: House, request: pytest.FixtureRequest
) -> None:
    bob = factories.person("Bob")
    _, (page, *_) = connect(bob, "threads", grant(busy.box.person()["threads"]))
    for number in range(4):
        busy.approved(f"Ann {number}.", asset=busy.asset(f"{number}.jpg", seed=number))
    ann, busy.owner = busy.owner, bob
    for number in range(3):
        busy.approved(f"Bob {number}.", page, asset=busy.asset(f"b{number}.jpg", seed=9 + number))
    send_deadline.use(simulated=True)  # the workers are threads
    request.addfinalizer(partial(send_deadline.use, simulated=False))
    with workers(busy) as broken:
        until(lambda: Delivery.objects.filter(owner=ann, state="published").exists(), busy)
        receipt = erasure.begin(ann, by=TERMINAL)
        until(lambda: erasure.go_on(ann, receipt).done, busy)
        until(lambda: not Delivery.objects.filter(owner=bob).exclude(state="published").exists(), busy)
    assert broken == []
    assert {kind.model: kind.rows(ann).count() for kind in inventory.kinds() if kind.rows(ann).exists()} == {}
    assert not User.objects.filter(pk=ann.pk).exists()
    assert verification.verify() == []
    assert max(Counter((post["platform"], post["text"]) for post in busy.box.feed()).values()) == 1
    assert len([post for post in busy.box.feed() if post["text"].startswith("Bob")]) == 3


def test_a_line_that_comes_while_its_row_goes_is_not_written(on_postgres: Postgres) -> None:
    ann = factories.person("Ann")
    page = factories.channel(ann)
    sent = factories.delivery(factories.post(ann, page), page, "published")
    erasure.begin(ann, by=TERMINAL)
    told: list[Any] = []
    late = threading.Thread(
        target=lambda: told.extend(
            at_once(lambda: ledger.write(sent, LedgerEntry.Kind.DECISION, Told(words="A worker that was still about.")))
        )
    )

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('DELETE FROM "outbox_outgoing"') and late.ident is None:
            late.start()  # it waits for the row, and finds that it is gone
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert erasure.carry_on(ann, by=TERMINAL).done
    late.join()
    assert [type(each) for each in told] == [Outgoing.DoesNotExist]
    with pytest.raises(User.DoesNotExist):
        erasure.carry_on(ann, by=TERMINAL)
    assert not LedgerEntry.objects.exists()
    assert verification.verify() == []
