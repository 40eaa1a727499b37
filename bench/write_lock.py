"""For how long SQLite's one lock for writing is held, by all threads of this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from bench.figures import at

WRITES = ("INSERT", "UPDATE", "DELETE")
SHARES = (("p50", 0.5), ("p99", 0.99), ("longest", 1.0))


class Holds:
    """From each BEGIN IMMEDIATE, once it has the lock, to the end of its commit.

    A lone statement that writes is put into a transaction, for how long it waits for the lock cannot be told from how
    long it holds it. `lasted`: seconds by the clock, and of processor time of the thread.
    """

    def __init__(self) -> None:
        self.lasted: list[tuple[float, float]] = []
        self._known: list[tuple[Any, Any]] = []

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Of this thread's connection, and of all that are opened meanwhile."""
        self._look_at(connections[DEFAULT_DB_ALIAS])
        connection_created.connect(self._opened)
        try:
            yield
        finally:
            connection_created.disconnect(self._opened)
            for known, look in self._known:
                known.execute_wrappers.remove(look)
                del known._commit, known._rollback

    def told(self) -> dict[str, float]:
        """Milliseconds."""
        by_the_clock, spent = (sorted(each[column] for each in self.lasted) for column in range(2))
        kinds = {"": by_the_clock, "processor time, ": spent}
        return {
            f"write lock held, {kind}{name}, ms": 1000 * at(held, share)
            for kind, held in kinds.items()
            for name, share in SHARES
        }

    def _opened(self, connection: BaseDatabaseWrapper, **_more: object) -> None:
        if all(known is not connection for known, _ in self._known):
            self._look_at(connection)

    def _look_at(self, opened: Any) -> None:  # noqa: ANN401 - its private parts too
        begun: list[tuple[float, float]] = []

        def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001
            if sql.startswith(WRITES) and not opened.in_atomic_block:
                with transaction.atomic():
                    return execute(sql, params, many, context)
            answer = execute(sql, params, many, context)
            if sql.startswith("BEGIN"):
                begun[:] = [(time.perf_counter(), time.thread_time())]
            return answer

        def ended(end: Callable[[], None]) -> Callable[[], None]:
            def timed() -> None:
                end()
                if begun:
                    clock, spent = begun.pop()
                    self.lasted.append((time.perf_counter() - clock, time.thread_time() - spent))

            return timed

        opened._commit, opened._rollback = ended(opened._commit), ended(opened._rollback)
        opened.execute_wrappers.append(look)
        self._known.append((opened, look))
