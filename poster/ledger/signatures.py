"""What is signed of a line of the ledger, and how: an explicit list of columns for each version, with a key of ours.

A signed model has `SIGNED`, {version: columns}. A new column is signed by the next version; the version stands in each
link and is signed with it, so lines that were written before go on to be verified by the list of their time. A version
that lines were written under is never changed (a test compares), and no column that one names is ever renamed or
removed: its lines could not be verified any more (`lost`, which the system check asks).

Values are signed in one form, whether they are in our hands (`plain`) or as the database holds them (`read`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.conf import settings
from django.db import models

Versions = dict[int, tuple[str, ...]]
Plain = str | int | float | bool | None


class Signed(Protocol):
    """A model whose rows are signed."""

    SIGNED: ClassVar[Versions]


class Nonsense(ValueError):
    """A column holds what it cannot hold."""


def columns(model: type[models.Model], version: int) -> tuple[str, ...]:
    """Those of this version; raises KeyError when there is no such version."""
    signed: Versions = model.SIGNED  # type: ignore[attr-defined]
    return signed[version]


def newest(model: type[models.Model]) -> int:
    """The version that a line is signed with today."""
    signed: Versions = model.SIGNED  # type: ignore[attr-defined]
    return max(signed)


def lost(model: type[models.Model]) -> list[str]:
    """Columns that some version signs and the model does not have (any more)."""
    signed: Versions = model.SIGNED  # type: ignore[attr-defined]
    there = {field.attname for field in model._meta.concrete_fields}
    return sorted({name for columns in signed.values() for name in columns} - there)


def values(line: models.Model, version: int) -> dict[str, Plain]:
    """What is signed of a line in our hands."""
    fields = {field.attname: field for field in line._meta.concrete_fields}
    return {name: plain(fields[name].to_python(getattr(line, name))) for name in columns(type(line), version)}


def digest(label: str, version: int, signed: Mapping[str, Plain]) -> str:
    """Of one line; `label` is that of its model."""
    return sign(["line", label, version, dict(signed)])


def sign(content: list[Any]) -> str:
    """HMAC-SHA256 of its canonical JSON, with AUDIT_KEY; 64 hex digits."""
    return hmac.new(settings.AUDIT_KEY.encode(), _canonical(content).encode(), hashlib.sha256).hexdigest()


def plain(value: Any) -> Plain:  # noqa: ANN401 - what a column holds
    """As it is signed: moments in UTC to the microsecond, ids as text, JSON as its canonical text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, (dict, list)):
        return _canonical(value)
    return str(value)


def read(field: models.Field[Any, Any], raw: Any) -> Plain:  # noqa: ANN401 - what a database holds
    """The same from what was read past Django's conversions: SQLite's own types, or text. Raises Nonsense."""
    if raw is None:
        if field.null:
            return None
        raise Nonsense(f"{field.name} is empty")
    try:
        reader: Callable[[Any], Plain] = READERS.get(field.get_internal_type(), _text)
        return reader(raw)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Nonsense(f"{field.name} holds {str(raw)[:40]!r}") from error


def _canonical(content: Any) -> str:  # noqa: ANN401
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _text(raw: Any) -> str:  # noqa: ANN401
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw


def _uuid(raw: Any) -> str:  # noqa: ANN401
    return str(UUID(_text(raw)))


def _moment(raw: Any) -> str:  # noqa: ANN401
    moment = dt.datetime.fromisoformat(_text(raw))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)  # as SQLite keeps it
    return str(plain(aware))


def _integer(raw: Any) -> int:  # noqa: ANN401
    if isinstance(raw, float):
        raise TypeError(raw)
    return int(raw)


def _float(raw: Any) -> float:  # noqa: ANN401
    return float(raw)


def _boolean(raw: Any) -> bool:  # noqa: ANN401
    if raw not in BOOLEANS:
        raise ValueError(raw)
    return BOOLEANS[raw]


def _json(raw: Any) -> str:  # noqa: ANN401
    return _canonical(json.loads(_text(raw)))


BOOLEANS: dict[Any, bool] = {0: False, 1: True, "false": False, "true": True}
READERS = {
    "UUIDField": _uuid,
    "ForeignKey": _uuid,  # every key of ours is one
    "DateTimeField": _moment,
    "PositiveIntegerField": _integer,
    "PositiveSmallIntegerField": _integer,
    "PositiveBigIntegerField": _integer,
    "FloatField": _float,
    "BooleanField": _boolean,
    "JSONField": _json,
}
