"""The database itself refuses to change the ledger, or to remove a line whose erasure was not asked for.

Triggers, on SQLite and PostgreSQL alike: a program with a bug, or a person with a database tool, meets the same wall.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

ASKED_FOR = "SELECT 1 FROM publishing_erasure WHERE publishing_erasure.delivery = OLD.delivery_id"
CHANGED, REMOVED = "the ledger is append-only", "lines of the ledger go only when their owner asks for it"

SQLITE = [
    f"CREATE TRIGGER step_unchanged BEFORE UPDATE ON publishing_step BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    f"CREATE TRIGGER link_unchanged BEFORE UPDATE ON publishing_link BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    f"CREATE TRIGGER link_kept BEFORE DELETE ON publishing_link BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    f"CREATE TRIGGER step_kept BEFORE DELETE ON publishing_step WHEN NOT EXISTS ({ASKED_FOR}) "
    f"BEGIN SELECT RAISE(ABORT, '{REMOVED}'); END",
]
POSTGRES = [
    "CREATE OR REPLACE FUNCTION publishing_refuse() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE FUNCTION publishing_keep() RETURNS trigger AS $$ "
    f"BEGIN IF EXISTS ({ASKED_FOR}) THEN RETURN OLD; END IF; "
    f"RAISE EXCEPTION '{REMOVED}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
    *(
        f"CREATE TRIGGER {name} BEFORE {event} ON publishing_{table} FOR EACH ROW "
        f"EXECUTE FUNCTION publishing_refuse('{CHANGED}')"
        for name, event, table in (
            ("step_unchanged", "UPDATE", "step"),
            ("link_unchanged", "UPDATE", "link"),
            ("link_kept", "DELETE", "link"),
        )
    ),
    "CREATE TRIGGER step_kept BEFORE DELETE ON publishing_step FOR EACH ROW EXECUTE FUNCTION publishing_keep()",
]
NAMES = {"step_unchanged": "step", "step_kept": "step", "link_unchanged": "link", "link_kept": "link"}


def guard(connection: BaseDatabaseWrapper) -> None:
    """Put the wall up."""
    with connection.cursor() as cursor:
        for statement in POSTGRES if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def unguard(connection: BaseDatabaseWrapper) -> None:
    """Take the wall down: for undoing the migration, and for tests that empty their tables."""
    with connection.cursor() as cursor:
        for name, table in NAMES.items():
            on = f" ON publishing_{table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
