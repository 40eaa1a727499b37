"""One trigger of the database: as data, and as SQL for SQLite and PostgreSQL.

It refuses what nobody may do; on SQLite some keep an index beside a table instead (`poster.database.word_index`).
"""

from __future__ import annotations

from dataclasses import dataclass

BEFORE_EACH_ROW, BEFORE_STATEMENT = 3, 2  # bits of pg_trigger.tgtype: ROW 1, BEFORE 2, and those of the events
BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
SQLITE = "CREATE TRIGGER {name} BEFORE {event} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{says}'); END"
SQLITE_DOING = "CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {does}; END"
POSTGRES_BODY = (
    " BEGIN IF {refused} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    "RETURN {row}; END "
)
POSTGRES = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $${body}$$ LANGUAGE plpgsql",
    "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
)
Needs = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """`event` on `table` is refused with the words `says` where the SQL condition `when` holds ("": always).

    `needs`: the columns that it speaks of, by table. `only`: the one kind of database that it is for. `does`: SQL of
    one that refuses nothing, on SQLite.
    """

    name: str
    table: str
    event: str
    says: str = ""
    when: str = ""
    needs: Needs = ()
    only: str = ""
    does: str = ""

    def statements(self, vendor: str) -> list[str]:
        """What makes it."""
        kind = self.event.split()[0]
        filled = {"name": self.name, "event": self.event, "table": self.table, "says": self.says}
        if self.does:
            return [SQLITE_DOING.format(**filled, does=self.does)]
        if vendor == "sqlite":
            return [SQLITE.format(**filled, when=f"WHEN {self.when} " if self.when else "")]
        each = "STATEMENT" if kind == "TRUNCATE" else "ROW"
        return [statement.format(**filled, body=self._body(), each=each) for statement in POSTGRES]

    def definition(self, vendor: str) -> str:
        """How the database tells of it, as `poster.database.trigger_sync` asks."""
        if vendor == "sqlite":
            return self.statements(vendor)[0]
        kind, _, columns = self.event.partition(" OF ")
        bits = BITS[kind] + (BEFORE_STATEMENT if kind == "TRUNCATE" else BEFORE_EACH_ROW)
        named = ",".join(sorted(columns.split(", ")))
        parts = [self.table, str(bits), "O", "t", "plpgsql", *([named] if named else []), self._body()]
        return "|".join(parts)

    def _body(self) -> str:
        row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.event, "NEW")
        return POSTGRES_BODY.format(refused=self.when or "true", says=self.says, row=row)
