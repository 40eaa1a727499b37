"""As tests/test_filled_database.py, on PostgreSQL: its dumps are loaded, upgraded and found whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from publishing.models import Delivery
from tests.elsewhere import connected_to
from tests.filled import checking, dumping
from tests.filled.checking import Code
from tests.filled.install import at_work
from tests.postgres.conftest import EMPTY
from tests.test_filled_database import line_changed, line_taken_out
from tests.whole.servers import Postgres

NAME = "poster_filled"


@pytest.fixture(params=dumping.names("postgres"))
def filled(request: pytest.FixtureRequest, postgres_server: Postgres, django_db_blocker) -> Iterator[dict[str, int]]:
    """The dump, loaded and migrated; how many rows its tables had."""
    postgres_server.execute(f"CREATE DATABASE {NAME}")
    text, url = dumping.file_of(request.param, "postgres").read_text(encoding="utf-8"), postgres_server.url_of(NAME)
    try:
        dumping.into_postgres(text, url)
        day = dt.date.fromisoformat(request.param)
        with django_db_blocker.unblock(), at_work(day, hour=1), connected_to(url):
            call_command("migrate", verbosity=0)
            yield dumping.counts(text)
    finally:
        postgres_server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_upgraded_nothing_is_lost_its_tables_are_those_of_a_fresh_install_and_what_breaks_it_is_found(
    filled: dict[str, int], postgres_server: Postgres
) -> None:
    assert connection.vendor == "postgresql"
    assert filled["outbox_ledgerentry"] > 50
    assert checking.wrong(filled) == []
    there = checking.tables()
    with connected_to(postgres_server.url_of(EMPTY)):
        assert there == checking.tables()
    line_changed()
    assert {each.code for each in checking.wrong(filled)} == {Code.LEDGER}
    line_taken_out()
    assert {each.code for each in checking.wrong(filled)} == {Code.LEDGER, Code.COUNT}


def test_a_new_row_takes_a_number_that_no_row_has(filled: dict[str, int]) -> None:
    """Sequences are in the dump."""
    from watches.models import Sighting, SourceCursor

    before = set(Sighting.objects.values_list("pk", flat=True))
    made = Sighting.objects.create(stream=SourceCursor.objects.order_by("pk").first(), key="new", line="new")
    assert made.pk not in before
    assert Delivery.objects.exists()
