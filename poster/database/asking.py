"""Questions in SQL, where it is asked for each delivery and Django needs longer to say it than a database to answer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """What it answers. `values`: for each %s, as Python has them; keys and moments become what the database keeps."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_kept(value) for value in values])
        return list(cursor.fetchall())


def key(kept: Any) -> UUID:  # noqa: ANN401 - as the database has it
    """A key that a row had."""
    return kept if isinstance(kept, UUID) else UUID(kept)


def _kept(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
