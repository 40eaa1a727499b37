"""The database itself refuses to change the ledger, or to remove a line whose erasure was not asked for.

Triggers, on SQLite and PostgreSQL alike: a program with a bug, or a person with a database tool, meets the same wall.
Whoever takes the walls down is found out by `trigger_sync`, and what they did then by `poster.ledger.verification`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from poster.database.triggers import Trigger
from poster.manifests import manifests

CHANGED, REMOVED = "the ledger is append-only", "lines of the ledger go only when their owner asks for it"


@dataclass(frozen=True, slots=True)
class Wall:
    """Around one table. `key`: the columns that tell its rows apart, each set for itself.

    `about`: what has to be in an erasure for a row to go; without it none goes.
    """

    table: str
    keys: tuple[tuple[str, ...], ...]
    about: tuple[str, ...] = ()

    def triggers(self) -> Iterator[Trigger]:
        columns = tuple({column for key in self.keys for column in key} | set(self.about))
        needs = ((self.table, columns), *([("poster_erasure", ("about",))] if self.about else []))
        named = ", ".join(f"OLD.{column}" for column in self.about)
        kept = f"NOT EXISTS (SELECT 1 FROM poster_erasure WHERE about IN ({named}))" if named else ""  # noqa: S608
        yield Trigger(f"{self.table}_unchanged", self.table, "UPDATE", CHANGED, needs=needs)
        yield Trigger(f"{self.table}_kept", self.table, "DELETE", REMOVED if kept else CHANGED, kept, needs)
        yield Trigger(f"{self.table}_emptied", self.table, "TRUNCATE", CHANGED, needs=needs, only="postgresql")
        # INSERT OR REPLACE takes the old row away, and asks no trigger of deletion about it.
        yield Trigger(f"{self.table}_replaced", self.table, "INSERT", CHANGED, self._there(), needs, only="sqlite")

    def _there(self) -> str:
        same = (" AND ".join(f"{column} = NEW.{column}" for column in key) for key in self.keys)
        return f"EXISTS (SELECT 1 FROM {self.table} WHERE {' OR '.join(f'({each})' for each in same)})"  # noqa: S608


def triggers() -> Iterator[Trigger]:
    """Those that the ledger wants: around what the manifests call `Walled`."""
    for manifest in manifests():
        for each in manifest.walled:
            yield from Wall(each.model._meta.db_table, each.keys, each.about).triggers()
