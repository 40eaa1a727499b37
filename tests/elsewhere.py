"""Another database for a while: an install of its own, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from poster.database.databases import database
from tests.walls import forget_the_end


@pytest.fixture(scope="session")
def empty_file(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty install on SQLite, migrated once by `migrate` alone: tests take a copy."""
    file = tmp_path_factory.mktemp("empty") / "poster.sqlite3"
    with django_db_blocker.unblock(), connected_to(f"sqlite:///{file}"):
        call_command("migrate", verbosity=0)
    return file


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """`django.db.connection` leads there meanwhile, in every thread."""
    usual, mine = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**usual, **database(url, settings.VAR), "CONN_MAX_AGE": 0, "TEST": usual["TEST"]}
    connections["default"] = made = connections.create_connection("default")
    forget_the_end()
    try:
        yield
    finally:
        forget_the_end()
        made.close()
        connections.settings["default"] = usual
        connections["default"] = mine
