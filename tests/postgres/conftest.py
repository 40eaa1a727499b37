"""PostgreSQL for single tests, whatever database the run is on: a private server, and an empty install in it.

The server starts once a run (two seconds) and the tables are made once; each test gets a copy of that database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests.elsewhere import connected_to
from tests.whole.servers import NotHere, Postgres, postgres

EMPTY = "poster_empty"  # the database that is copied
NAME = "poster_test"


@pytest.fixture(scope="session")
def postgres_server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Postgres]:
    """A running server with an empty, migrated database. Skips with a reason where PostgreSQL is not installed."""
    try:
        with postgres() as server:
            server.execute(f"CREATE DATABASE {EMPTY}")
            with django_db_blocker.unblock(), connected_to(server.url_of(EMPTY)):
                call_command("migrate", verbosity=0)
            yield server
    except NotHere as error:
        pytest.skip(str(error))


@pytest.fixture
def on_postgres(postgres_server: Postgres, django_db_blocker: Any) -> Iterator[Postgres]:
    """Everything in this test is on PostgreSQL: an install of its own, with its walls up. Rows are committed."""
    postgres_server.execute(f"CREATE DATABASE {NAME} TEMPLATE {EMPTY}")
    try:
        with django_db_blocker.unblock(), connected_to(postgres_server.url_of(NAME)):
            yield postgres_server
    finally:
        postgres_server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
