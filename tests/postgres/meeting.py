"""People and workers that meet: threads, and what they wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection, transaction

from tests.whole.servers import Postgres

PATIENCE = 20.0  # seconds until a thread that should wait for another one is taken for lost


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run them in threads that begin together; what each returned, or the exception that it ended with."""
    ready = threading.Barrier(len(works))
    told: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        ready.wait()
        try:
            told[number] = work()
        except Exception as error:  # noqa: BLE001 - told to the test
            told[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def meeting(
    server: Postgres, one: Callable[[], Any], other: Callable[[], Any], *, then: Callable[[Any], Any] | None = None
) -> list[Any]:
    """What both returned, or ended with. `other` begins when `one` is done but not committed: that waits for the other.

    `then`: what `one` goes on with in its transaction, while the other one waits.
    """
    begun = threading.Event()

    def first() -> Any:
        try:
            with transaction.atomic():
                done = one()
                begun.set()
                until_somebody_waits(server)
                return then(done) if then else done
        finally:
            begun.set()

    def second() -> Any:
        begun.wait()
        return other()

    return at_once(first, second)


def until_somebody_waits(server: Postgres) -> None:
    """Until another connection stands still at a lock. Raises AssertionError when none ever does."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    until = time.monotonic() + PATIENCE
    with psycopg.connect(server.url, autocommit=True) as asking:
        while time.monotonic() < until:
            if asking.execute(question).fetchone() != (0,):
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits.")
