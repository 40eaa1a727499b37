"""The database itself refuses to change the ledger, or to remove a line whose erasure was not asked for.

Triggers, on SQLite and PostgreSQL alike: a program with a bug, or a person with a database tool, meets the same wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

# Table -> when a row of it may go nevertheless. (Names: the foundation imports no app.)
WALLS = {
    "poster_link": "",
    "poster_event": "EXISTS (SELECT 1 FROM poster_erasure WHERE about IN (OLD.person, OLD.id))",
    "publishing_step": "EXISTS (SELECT 1 FROM poster_erasure WHERE about IN (OLD.delivery_id, OLD.id))",
}
CHANGED, REMOVED = "the ledger is append-only", "lines of the ledger go only when their owner asks for it"
SQLITE = "CREATE TRIGGER {name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
POSTGRES = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {may} THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
)
EMPTIED = (  # TRUNCATE asks no trigger of a row; SQLite has none
    "CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_unchanged()"
)


def guard(connection: BaseDatabaseWrapper, tables: Iterable[str] = WALLS) -> None:
    """Put the walls up."""
    _run(connection, (statement for table in tables for statement in _walls(connection.vendor, table)))


def unguard(connection: BaseDatabaseWrapper, tables: Iterable[str] = WALLS) -> None:
    """Take the walls down: for undoing the migration, and for tests that empty their tables."""
    on = " ON {table}" if connection.vendor == "postgresql" else ""
    drop = "DROP TRIGGER IF EXISTS {table}_{what}" + on
    walls = ("unchanged", "kept", "emptied")
    _run(connection, (drop.format(table=table, what=what) for table in tables for what in walls))


def _walls(vendor: str, table: str) -> Iterator[str]:
    may = WALLS[table]
    yield from _wall(vendor, f"{table}_unchanged", "UPDATE", table, "", CHANGED)
    yield from _wall(vendor, f"{table}_kept", "DELETE", table, may, REMOVED if may else CHANGED)
    if vendor == "postgresql":
        yield EMPTIED.format(table=table)


def _wall(vendor: str, name: str, event: str, table: str, may: str, says: str) -> Iterator[str]:
    for statement in POSTGRES if vendor == "postgresql" else (SQLITE,):
        when = f"WHEN NOT {may}" if may else ""
        yield statement.format(name=name, event=event, table=table, when=when, may=may or "false", says=says)


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
