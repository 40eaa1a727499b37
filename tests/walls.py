"""The database's triggers out of the way for a while: for tests that do what nobody may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from poster.database import append_only, trigger_sync
from poster.ledger import head_note


@contextmanager
def walls_down() -> Iterator[None]:
    """Somebody who can do everything with the database, but has no key."""
    trigger_sync.take_down(connection)
    try:
        yield
    finally:
        trigger_sync.mend(connection)


def let_it_be_emptied() -> None:
    """Before the tables are emptied after a test. `flush` tells that it has migrated, and so the walls come back."""
    if not connection.in_atomic_block:
        trigger_sync.take_down(connection, append_only.triggers())
    forget_the_end()


def forget_the_end() -> None:
    """The next test has a ledger of its own."""
    head_note.forget()
    (Path(os.environ["VAR"]) / head_note.NAME).unlink(missing_ok=True)
