"""The database itself keeps people apart: rows that are tied together belong to one person, and stay with him.

The service functions check the same (`poster.asking.own`); this is for the day when one of them has a bug. Triggers, on
SQLite and PostgreSQL alike; `poster.database.triggers` puts them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from poster.database.triggers import Trigger

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
    through: str = ""  # the table that `owner` asks

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

    @property
    def needs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The columns that must be there."""
        asked = [table for table in (self.mine, self.through) if table]
        theirs = ("id",) if self.through else ("id", "owner_id")
        return ((self.table, (self.column, self.by)), (self.other, theirs), *((each, ("owner_id",)) for each in asked))


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
    Tie(
        *("publishing_post", "caption_id", "watches_caption"),
        owner=_owner_of("watches_asset", "theirs.asset_id"),
        through="watches_asset",
    ),
    Tie("publishing_post_channels", "channel_id", "accounts_channel", "post_id", "publishing_post"),
    Tie("publishing_postasset", "asset_id", "watches_asset", "post_id", "publishing_post"),
    Tie("publishing_delivery", "post_id", "publishing_post"),
    Tie("publishing_delivery", "channel_id", "accounts_channel"),
)


def triggers() -> Iterator[Trigger]:
    """Those that keep people apart."""
    for each in TIES:
        yield Trigger(f"{each.name}_new", each.table, "INSERT", APART, each.broken, each.needs)
        yield Trigger(
            f"{each.name}_moved", each.table, f"UPDATE OF {each.column}, {each.by}", APART, each.broken, each.needs
        )
    for table in OWNED:
        changed = "NEW.owner_id <> OLD.owner_id"
        yield Trigger(f"{table}_stays", table, "UPDATE OF owner_id", STAYS, changed, ((table, ("owner_id",)),))
