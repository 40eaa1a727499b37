"""The database itself keeps people apart: rows that are tied together belong to one person, and stay with them.

The service functions check the same (`permissions.own`); this is for the day when one of them has a bug. Triggers,
on SQLite and PostgreSQL alike; `trigger_sync` puts them up. Which rows, the manifests say (`Owned`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Field, ForeignKey, ManyToManyField, Model

from poster.database.triggers import Trigger
from poster.manifests import Owned, manifests

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


def owned() -> dict[type[Model], Owned]:
    """What the manifests say of each model."""
    return {each.model: each for manifest in manifests() for each in manifest.owned}


def ties() -> list[Tie]:
    """Every field that leads from one person's row to another row of theirs."""
    known = owned()
    return [_tie(each, name, known) for each in known.values() for name in each.ties]


def staying() -> list[str]:
    """The tables whose rows stay with their owner."""
    return [each.model._meta.db_table for each in owned().values() if each.stays and not each.by]


def _tie(each: Owned, name: str, known: dict[type[Model], Owned]) -> Tie:
    field: Field[object, object] = each.model._meta.get_field(name)  # type: ignore[assignment]
    other: type[Model] = field.related_model  # type: ignore[assignment]
    theirs = other._meta.db_table
    if isinstance(field, ManyToManyField):
        between, here = field.remote_field.through, each.model._meta.db_table
        assert between is not None  # noqa: S101 - every list of others has its table
        return Tie(between._meta.db_table, str(field.m2m_reverse_name()), theirs, str(field.m2m_column_name()), here)
    whose = _through(each.model, each.by) if each.by else {}
    way = known[other].by
    asked = _row_with_owner(other, way) if way else ""
    owner = _owner_of(asked, f"theirs.{_column(other, way)}") if way else "theirs.owner_id"
    return Tie(each.model._meta.db_table, str(field.column), theirs, owner=owner, through=asked, **whose)


def _through(model: type[Model], by: str) -> dict[str, str]:
    return {"by": _column(model, by), "mine": _row_with_owner(model, by)}


def _column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def _row_with_owner(model: type[Model], by: str) -> str:
    field = model._meta.get_field(by)
    assert isinstance(field, ForeignKey)  # noqa: S101 - a manifest names nothing else
    return str(field.related_model._meta.db_table)


def triggers() -> Iterator[Trigger]:
    """Those that keep people apart."""
    for each in ties():
        yield Trigger(f"{each.name}_new", each.table, "INSERT", APART, each.broken, each.needs)
        yield Trigger(
            f"{each.name}_moved", each.table, f"UPDATE OF {each.column}, {each.by}", APART, each.broken, each.needs
        )
    for table in staying():
        changed = "NEW.owner_id <> OLD.owner_id"
        yield Trigger(f"{table}_stays", table, "UPDATE OF owner_id", STAYS, changed, ((table, ("owner_id",)),))
