"""Rows as the database holds them, past Django's conversions: for looking at what somebody may have written past us.

SQLite gives its own types whatever a column is called, and PostgreSQL gives text; `poster.ledger.signatures.read` makes
sense of both, or says that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from poster.ledger import signatures
from poster.ledger.signatures import Plain

Fields = dict[str, "models.Field[Any, Any]"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its columns by name, and what they hold."""

    fields: Fields
    values: dict[str, Any]

    def plain(self, names: Iterable[str]) -> dict[str, Plain]:
        """These columns as they are signed. Raises signing.Nonsense, also where there is no such column (any more)."""
        return {name: signatures.read(self._field(name), self.values[name]) for name in names}

    def _field(self, name: str) -> models.Field[Any, Any]:
        if name not in self.fields:
            raise signatures.Nonsense(f"{name} is no column of it any more")
        return self.fields[name]


@contextmanager
def lenient(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """SQLite gives a text that is none (bytes that are not UTF-8) as what it is, instead of failing."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    inner: Any = connection.connection
    usual = inner.text_factory
    inner.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        inner.text_factory = usual


def pages(connection: BaseDatabaseWrapper, model: type[models.Model], size: int) -> Iterator[list[Row]]:
    """All rows, in the order of their keys, `size` at a time."""
    # Of the table, for PostgreSQL would take the bare name for what is selected, which is text: 1, 10, 2.
    key = f'"{model._meta.db_table}"."{_key(model).column}"'
    where, after = "", list[Any]()
    while True:
        page = _ask(connection, model, f"{where} ORDER BY {key} LIMIT {size}", after)
        yield page
        if len(page) < size:
            return
        where, after = behind(connection, key, page[-1].values[_key(model).attname])


def behind(connection: BaseDatabaseWrapper, key: str, value: Any) -> tuple[str, list[Any]]:  # noqa: ANN401
    """WHERE, and its values: the rows whose `key` comes after this one, which may be a text that is none."""
    if isinstance(value, str) and connection.vendor == "sqlite":
        return f"WHERE {key} > CAST(%s AS TEXT)", [value.encode("utf-8", "surrogateescape")]
    return f"WHERE {key} > %s", [value]


def rows(connection: BaseDatabaseWrapper, model: type[models.Model], keys: list[Any]) -> list[Row]:
    """Those with these keys, given as the database holds them. No row has one that is no text."""
    known = [key for key in keys if isinstance(key, str) and key.isascii()]
    if not known:
        return []
    return _ask(connection, model, f'WHERE "{_key(model).column}" IN ({", ".join(["%s"] * len(known))})', known)


def column(connection: BaseDatabaseWrapper, name: str) -> str:
    """SQL for a column's value without the type that it is declared with. `name` may have a table in front of it."""
    return f"{name}::text" if connection.vendor == "postgresql" else f"+{name}"


def _ask(connection: BaseDatabaseWrapper, model: type[models.Model], rest: str, values: list[Any]) -> list[Row]:
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    named = ", ".join(column(connection, f'"{field.column}"') for field in fields.values())
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {named} FROM "{model._meta.db_table}" {rest}', values)  # noqa: S608 - names of ours
        return [Row(fields, dict(zip(fields, row, strict=True))) for row in cursor.fetchall()]


def _key(model: type[models.Model]) -> models.Field[Any, Any]:
    return model._meta.pk
