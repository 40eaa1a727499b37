"""What a source remembers of its last look, as rows: a short text, and a line for each file that it knows.

A look at a folder with a hundred thousand files changes a few of these lines, and only those are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from watches.models import Sighting, SourceCursor
from watches.sources import Cursor

AT_ONCE = 5000  # lines in one transaction: some tens of milliseconds


class _Read(Mapping[str, str]):
    """The lines of a stream, read when one is asked for."""

    def __init__(self, stream: SourceCursor) -> None:
        self._stream = stream

    @cached_property
    def _lines(self) -> dict[str, str]:
        return known_of(self._stream)

    def __getitem__(self, key: str) -> str:
        return self._lines[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that are written together: what is `new`, or another one under its key, and the keys of what is `gone`."""

    new: Sequence[tuple[str, str]] = ()
    gone: Sequence[str] = ()


def known_of(stream: SourceCursor) -> dict[str, str]:
    """The lines of this stream, by their keys, the oldest first."""
    return dict(Sighting.objects.filter(stream=stream.pk).order_by("pk").values_list("key", "line").iterator())


def cursor_of(stream: SourceCursor) -> Cursor:
    """For those who seldom ask for lines."""
    return Cursor(stream.cursor, _Read(stream)) if stream.cursor else Cursor()


def pieces(before: Mapping[str, str], after: Mapping[str, str]) -> list[Piece]:
    """What has changed, of which each is written in a transaction of its own; one empty piece when nothing has."""
    new = [(key, line) for key, line in after.items() if before.get(key) != line]
    gone = [key for key in before if key not in after]
    told = [Piece(new=new[start : start + AT_ONCE]) for start in range(0, len(new), AT_ONCE)]
    told += [Piece(gone=gone[start : start + AT_ONCE]) for start in range(0, len(gone), AT_ONCE)]
    if len(told) == 2 and len(new) + len(gone) <= AT_ONCE:
        return [Piece(new, gone)]
    return told or [Piece()]


def write(stream: SourceCursor, piece: Piece) -> None:
    """In the caller's transaction. By hand, as a first look writes a hundred thousand of them."""
    table, key = Sighting._meta.db_table, SourceCursor._meta.pk.get_db_prep_value(stream.pk, connection)
    with connection.cursor() as cursor:
        if piece.gone:
            statement = f'DELETE FROM "{table}" WHERE stream_id = %s AND "key" = %s'  # noqa: S608 - our own table
            cursor.executemany(statement, [(key, each) for each in piece.gone])
        if piece.new:
            statement = (
                f'INSERT INTO "{table}" (stream_id, "key", line) VALUES (%s, %s, %s) '  # noqa: S608 - our own table
                'ON CONFLICT (stream_id, "key") DO UPDATE SET line = excluded.line'
            )
            cursor.executemany(statement, [(key, *each) for each in piece.new])
