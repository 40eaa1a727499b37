"""The triggers of this install: which there should be, which there are, and putting them up.

SQLite makes a changed table anew without its triggers, so no migration mentions one: `migrate` takes all down before it
changes anything and puts all up afterwards (`migration_hooks`). Whether they stand is seen by comparing name, table and
body. While anything differs nothing is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from poster import clock
from poster.database import append_only, tenant_triggers, word_index
from poster.database.triggers import Trigger

THERE = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT t.tgname, c.relname, concat_ws('|', c.relname, t.tgtype, t.tgenabled, t.tgqual IS NULL, l.lanname,
            (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a
             WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[])), p.prosrc)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            JOIN pg_language l ON l.oid = p.prolang
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace""",
}
COLUMNS = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    "postgresql": """
        SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()""",
}

INDEXED = {"postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"}
COMPARED_AGAIN = 60.0  # seconds
_whole: dict[tuple[str, int], float] = {}  # (database, schema) that was as it should be, and until when that holds


class How(StrEnum):
    """How what is there differs from what should be."""

    MISSING = "missing"
    CHANGED = "changed"
    FOREIGN = "foreign"  # on a table of these, and not ours


@dataclass(frozen=True, slots=True)
class Difference:
    """One trigger that is not as it should be."""

    name: str
    table: str
    how: How

    def __str__(self) -> str:
        return f"{self.name} on {self.table} is {SAID[self.how]}"


SAID = {How.MISSING: "missing", How.CHANGED: "not as we made it", How.FOREIGN: "not one of ours"}


def wanted(vendor: str) -> list[Trigger]:
    """All that should be there."""
    every = [*append_only.triggers(), *tenant_triggers.triggers(), *word_index.triggers()]
    return [each for each in every if each.only in ("", vendor)]


def possible(connection: BaseDatabaseWrapper) -> list[Trigger]:
    """Those whose tables and columns are there: all, unless it was migrated in part."""
    columns = {(str(table), str(column)) for table, column in _ask(connection, COLUMNS)}
    return [each for each in wanted(connection.vendor) if not _lacks(each, columns)]


def differences(connection: BaseDatabaseWrapper, should: Iterable[Trigger] | None = None) -> list[Difference]:
    """What is missing, changed, or on one of these tables without being ours; one statement."""
    expected = {(each.table, each.name): each for each in (wanted(connection.vendor) if should is None else should)}
    tables = {table for table, _ in expected}
    there = {(table, name): text for name, table, text in _ask(connection, THERE) if table in tables}
    found = {key: How.MISSING for key in expected if key not in there}
    found |= {key: How.FOREIGN for key in there if key not in expected}
    both = expected.keys() & there.keys()
    found |= {key: How.CHANGED for key in both if there[key] != expected[key].definition(connection.vendor)}
    return [Difference(name, table, how) for (table, name), how in sorted(found.items())]


def stand(connection: BaseDatabaseWrapper) -> bool:
    """Whether nothing differs, asked before each call that publishes.

    SQLite counts its changes of the schema, by whomever: what was whole is compared anew when that number has moved, or
    when a while has passed.
    """
    if connection.vendor != "sqlite":
        return not differences(connection)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA schema_version")
        known = (str(connection.settings_dict["NAME"]), int(cursor.fetchone()[0]))
    if _whole.get(known, 0.0) > clock.steady():
        return True
    if differences(connection):
        return False
    _whole.clear()
    _whole[known] = clock.steady() + COMPARED_AGAIN
    return True


def mend(connection: BaseDatabaseWrapper) -> list[Difference]:
    """Put up what is missing or changed; what that was. Triggers of somebody else are left alone.

    An index of words that was not kept meanwhile is made anew, together with what keeps it.
    """
    should = {each.name: each for each in possible(connection)}
    wrong = [each for each in differences(connection, should.values()) if each.how is not How.FOREIGN]
    again = [should[each.name] for each in wrong]
    take_down(connection, again)
    missed = {each.table for each in again if each.does}
    _run(connection, [*_words(connection, missed), *(each.statements(connection.vendor) for each in again)])
    return wrong


def take_down(connection: BaseDatabaseWrapper, which: Iterable[Trigger] | None = None) -> None:
    """The database looks away: before a migration, and for tests that do what nobody may."""
    on = " ON {table}" if connection.vendor == "postgresql" else ""
    drop = "DROP TRIGGER IF EXISTS {name}" + on
    gone = possible(connection) if which is None else which
    _run(connection, ([drop.format(name=each.name, table=each.table)] for each in gone))


def _words(connection: BaseDatabaseWrapper, missed: set[str]) -> list[list[str]]:
    """What makes the indexes of words. `missed`: tables whose index was not kept on SQLite."""
    every = word_index.indexes().values()
    if connection.vendor == "sqlite":
        return [each.remade() for each in every if each.table in missed]
    there = set(_ask(connection, INDEXED))
    tables = set(connection.introspection.table_names())
    return [each.indexed() for each in every if each.table in tables and (each.expression,) not in there]


def _lacks(trigger: Trigger, columns: set[tuple[str, str]]) -> bool:
    return any((table, column) not in columns for table, named in trigger.needs for column in named)


def _ask(connection: BaseDatabaseWrapper, question: dict[str, str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question[connection.vendor])
        return list(cursor.fetchall())


def _run(connection: BaseDatabaseWrapper, batches: Iterable[list[str]]) -> None:
    """Each batch is a transaction: on PostgreSQL it locks its table, and two tables at once could wait for each other.

    SQLite has one lock for all, and writes to the disk with each commit.
    """
    _whole.clear()
    whole = transaction.atomic(using=connection.alias) if connection.vendor == "sqlite" else nullcontext()
    with whole:
        for batch in batches:
            with transaction.atomic(using=connection.alias, savepoint=False), connection.cursor() as cursor:
                for statement in batch:
                    cursor.execute(statement)
