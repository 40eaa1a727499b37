"""The triggers that stand after `migrate`: who takes one away is found, nothing is published, and it is put back.

(What migrations of filled tables leave behind is in tests/postgres/test_migrating.py.)
"""

from __future__ import annotations

import time

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from outbox.preflight import gate
from outbox.reasons import gate as why
from poster import clock
from poster.database import trigger_sync
from poster.database.trigger_sync import How
from poster.ledger.verification import Code, verify
from tests import factories
from tests.walls import walls_down

pytestmark = pytest.mark.django_db


def test_after_migrate_all_of_them_stand() -> None:
    """The database of the tests was made by `migrate` alone."""
    assert trigger_sync.differences(connection) == []
    assert len(trigger_sync.wanted(connection.vendor)) > 40


def on(table: str) -> str:
    return f" ON {table}" if connection.vendor == "postgresql" else ""


def missing() -> None:
    run(f"DROP TRIGGER outbox_ledgerentry_unchanged{on('outbox_ledgerentry')}")


def weakened() -> None:
    """There by name, and refuses nothing."""
    name, table = "outbox_ledgerentry_unchanged", "outbox_ledgerentry"
    run(f"DROP TRIGGER {name}{on(table)}")
    if connection.vendor == "postgresql":
        run(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql")
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END")


def off() -> None:
    """Switched off (PostgreSQL), or on another table."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")  # what this test has written is checked now, and the table is free
        run("ALTER TABLE outbox_ledgerentry DISABLE TRIGGER outbox_ledgerentry_unchanged")
    else:
        missing()
        run("CREATE TRIGGER outbox_ledgerentry_unchanged BEFORE UPDATE ON poster_switch BEGIN SELECT 1; END")


def of_fewer_columns() -> None:
    name, table = "watches_foundfile_stays", "watches_foundfile"
    run(f"DROP TRIGGER {name}{on(table)}")
    body = (
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        if connection.vendor == "postgresql"
        else "WHEN NEW.owner_id <> OLD.owner_id BEGIN SELECT RAISE(ABORT, 'a row stays with its owner'); END"
    )
    run(f"CREATE TRIGGER {name} BEFORE UPDATE OF name ON {table} {body}")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("attack", "how"),
    [
        (missing, How.MISSING),
        (weakened, How.CHANGED),
        (off, How.CHANGED if connection.vendor == "postgresql" else How.MISSING),
        (of_fewer_columns, How.CHANGED),
    ],
)
def test_what_is_missing_or_weakened_is_seen_stops_publishing_and_is_mended(attack, how: How) -> None:
    ann = factories.person("Ann")
    channel = factories.channel(ann)
    delivery = factories.delivery(factories.post(ann, channel), channel, media=[])
    assert gate(delivery, anew=True) is None
    attack()
    (difference,) = trigger_sync.differences(connection)
    assert difference.how is how
    assert Code.TRIGGER in {fault.code for fault in verify()}
    stop = gate(delivery, anew=True)
    assert stop is not None
    assert (stop.state, stop.reason) == ("", why.Unguarded())
    (warning,) = run_checks(tags=[Tags.database], databases=["default"])
    assert warning.id == "poster.W004"
    assert [each.name for each in trigger_sync.mend(connection)] == [difference.name]
    assert trigger_sync.differences(connection) == []
    assert gate(delivery, anew=True) is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is asked each time")
def test_who_changes_a_trigger_past_the_number_of_the_schema_is_seen_within_a_minute() -> None:
    at = [1000.0]
    clock.use(time.time, lambda: at[0])
    try:
        assert trigger_sync.stand(connection)
        run("PRAGMA writable_schema = ON")
        run("DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'outbox_ledgerentry'")
        run("PRAGMA writable_schema = OFF")
        at[0] += trigger_sync.COMPARED_AGAIN
        assert not trigger_sync.stand(connection)
    finally:
        clock.use(time.time)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="written for SQLite")
def test_a_trigger_of_somebody_else_is_seen_and_left_alone() -> None:
    run("CREATE TRIGGER theirs AFTER INSERT ON outbox_ledgerentry BEGIN DELETE FROM poster_switch; END")
    (difference,) = trigger_sync.differences(connection)
    assert (difference.name, difference.how) == ("theirs", How.FOREIGN)
    assert trigger_sync.mend(connection) == []
    assert trigger_sync.differences(connection) == [difference]


def test_all_can_be_taken_down_and_put_back() -> None:
    with walls_down():
        assert len(trigger_sync.differences(connection)) == len(trigger_sync.wanted(connection.vendor))
    assert trigger_sync.differences(connection) == []
