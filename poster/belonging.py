"""The database itself keeps people apart: rows that are tied together belong to one person, and stay with him.

The service functions check the same (`poster.asking.own`); this is for the day when one of them has a bug. Triggers, on
SQLite and PostgreSQL alike. A migration that changes one of these tables unties first and ties again at its end: SQLite
makes such a table anew, without its triggers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

# Their owner is written once. (Names: the foundation imports no app.)
OWNED = (
    "accounts_credential",
    "accounts_channel",
    "watches_prompttemplate",
    "watches_stream",
    "watches_watch",
    "watches_asset",
    "publishing_post",
    "publishing_delivery",
)
STAYS = "a row stays with its owner"
APART = "rows of two people are not tied together"


@dataclass(frozen=True, slots=True)
class Tie:
    """`column` of `table` leads to a row of `other`, known here as `theirs`: both have one owner.

    `by`, `mine`: where `table` has no owner of its own, the column and the table that tell whose its rows are.
    `owner`: the SQL for the owner of `theirs`.
    """

    table: str
    column: str
    other: str
    by: str = "owner_id"
    mine: str = ""
    owner: str = "theirs.owner_id"

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_own"

    @property
    def broken(self) -> str:
        """Whether NEW ties two people's rows. A row of `other` that is not there is the foreign key's business."""
        whose = _owner_of(self.mine, f"NEW.{self.by}") if self.mine else f"NEW.{self.by}"
        return (
            f"EXISTS (SELECT 1 FROM {self.other} theirs "  # noqa: S608 - names of ours
            f"WHERE theirs.id = NEW.{self.column} AND {self.owner} <> {whose})"
        )


def _owner_of(table: str, key: str) -> str:
    return f"(SELECT owner_id FROM {table} WHERE id = {key})"  # noqa: S608 - names of ours


TIES = (
    Tie("accounts_channel", "credential_id", "accounts_credential"),
    Tie("accounts_flow", "credential_id", "accounts_credential"),
    Tie("watches_stream", "credential_id", "accounts_credential"),
    Tie("watches_watch", "stream_id", "watches_stream"),
    Tie("watches_watch", "prompt_template_id", "watches_prompttemplate"),
    Tie("watches_watch_channels", "channel_id", "accounts_channel", "watch_id", "watches_watch"),
    Tie("watches_asset", "watch_id", "watches_watch"),
    Tie("publishing_post", "watch_id", "watches_watch"),
    Tie("publishing_post", "caption_id", "watches_caption", owner=_owner_of("watches_asset", "theirs.asset_id")),
    Tie("publishing_post_channels", "channel_id", "accounts_channel", "post_id", "publishing_post"),
    Tie("publishing_postasset", "asset_id", "watches_asset", "post_id", "publishing_post"),
    Tie("publishing_delivery", "post_id", "publishing_post"),
    Tie("publishing_delivery", "channel_id", "accounts_channel"),
)
SQLITE = "CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {broken} BEGIN SELECT RAISE(ABORT, '{says}'); END"
POSTGRES = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {broken} THEN "
    "RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ "
    "LANGUAGE plpgsql",
    "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
)


def tie(connection: BaseDatabaseWrapper) -> None:
    """From now on the database refuses what would mix two people's rows."""
    statements = POSTGRES if connection.vendor == "postgresql" else (SQLITE,)
    _run(connection, (each.format(**filled) for filled in _triggers() for each in statements))


def untie(connection: BaseDatabaseWrapper) -> None:
    """The database looks away: for undoing the migration, and for changing a table."""
    drop = "DROP TRIGGER IF EXISTS {name}" + (" ON {table}" if connection.vendor == "postgresql" else "")
    _run(connection, (drop.format(**filled) for filled in _triggers()))


def names() -> set[str]:
    """Of all the triggers that should be there."""
    return {filled["name"] for filled in _triggers()}


def _triggers() -> Iterator[dict[str, str]]:
    for each in TIES:
        common = {"table": each.table, "broken": each.broken, "says": APART}
        yield {**common, "name": f"{each.name}_new", "event": "INSERT"}
        yield {**common, "name": f"{each.name}_moved", "event": f"UPDATE OF {each.column}, {each.by}"}
    for table in OWNED:
        common = {"table": table, "broken": "NEW.owner_id <> OLD.owner_id", "says": STAYS}
        yield {**common, "name": f"{table}_stays", "event": "UPDATE OF owner_id"}


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
