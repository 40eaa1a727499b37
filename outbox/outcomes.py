"""Does what goes out say in its row, and of its place, what the signed lines of it say? For the audit.

The lines are read in their order, each saying what its move has changed (`ledger_statements`); what was said last is
compared with the rows. What the lines themselves say is verified there; nothing that no line signs decides here what is
compared. Rows and lines are read in one statement, so work that goes on meanwhile is no difference. The app of a kind
compares its own rows in the same way (`rows_and_lines`, `Told`).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, models

from accounts.models import Channel
from outbox.ledger_statements import DIGEST, OUTGOING, PLACE, SAID, SAID_OF_PLACE, place_of
from outbox.models import LedgerEntry, Outgoing
from poster.database import raw_rows
from poster.ledger import signatures
from poster.ledger.signatures import Nonsense, Plain
from poster.ledger.verification import Code, Erased, Fault

AT_ONCE = 100  # rows, each as often as it has lines
IN_LINES = ("state", "remote_id", "permalink")  # for which lines have columns of their own
ROW = ("id", *SAID, *IN_LINES, "published_at", "content_hash")
LINE = ("id", "created_at", *IN_LINES, "content_hash", "says")
ROWS = """
SELECT {columns} FROM (SELECT * FROM outbox_outgoing o {after} ORDER BY o.id LIMIT {most}) o
LEFT JOIN accounts_channel c ON c.id = o.channel_id
LEFT JOIN outbox_ledgerentry e ON e.outgoing_id = o.id AND e.state <> ''
ORDER BY o.id, e.number"""
ORPHANS = """
SELECT DISTINCT {key} FROM outbox_ledgerentry e
WHERE NOT EXISTS (SELECT 1 FROM outbox_outgoing o WHERE o.id = e.outgoing_id)"""
Raw = dict[str, Any]  # columns of one row, as the database holds them


def faults(_erased: Erased) -> Iterator[Fault]:
    """What does not fit."""
    for read in rows_and_lines(ROWS, {"o": ROW, "c": SAID_OF_PLACE, "e": LINE}):
        yield from _of(read)
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS.format(key=raw_rows.column(connection, "e.outgoing_id")))
        for (key,) in cursor.fetchall():
            yield Fault(0, f"There are lines about the delivery {key}, and it is not there.", Code.ORPHAN)


# -- reading ----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Read:
    """One row, what is joined to it, and its lines in their order."""

    row: Raw
    joined: Raw
    lines: list[Raw]


@dataclass(slots=True)
class Told:
    """What lines have said at last of each row; `digest` and `published_at`: what they said first."""

    says: dict[str, dict[str, Plain]] = field(default_factory=dict)
    digest: str | None = None
    published_at: Plain = None

    def of(self, table: str) -> dict[str, Plain]:
        """What they said of it; nothing, where no line did."""
        return self.says.get(table, {})

    def add(self, line: Raw) -> None:
        """Raises Nonsense, and ValueError or TypeError where `says` is not as we write it."""
        says = signatures.read(column(LedgerEntry, "says"), line["says"])
        for table, columns in json.loads(str(says)).items():
            self.says[table] = {**self.of(table), **columns}
        self.digest = self.digest or line.get("content_hash")

    def move(self, line: Raw) -> None:
        """The same of a whole line."""
        self.add(line)
        said = {name: signatures.read(column(LedgerEntry, name), line[name]) for name in IN_LINES}
        self.says[OUTGOING] = {**self.of(OUTGOING), **said}
        if line["state"] == Outgoing.State.PUBLISHED and self.published_at is None:
            self.published_at = signatures.read(column(LedgerEntry, "created_at"), line["created_at"])


def rows_and_lines(question: str, named: dict[str, tuple[str, ...]]) -> Iterator[Read]:
    """`named`: the columns that are asked for, by the letter of their table; of the first table each row is one, the
    last one has the lines."""
    columns = ", ".join(
        raw_rows.column(connection, f"{table}.{name}") for table, names in named.items() for name in names
    )
    first_table, (key_name, *_) = next(iter(named.items()))
    key = f"{first_table}.{key_name}"
    where, after = "", list[Any]()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(question.format(columns=columns, after=where, most=AT_ONCE), after)
            found = [_parted(row, named) for row in cursor.fetchall()]
        page = [list(group) for _, group in groupby(found, key=lambda parts: parts[0][key_name])]
        for group in page:
            first = group[0]
            yield Read(first[0], first[1], [parts[-1] for parts in group if parts[-1]["id"] is not None])
        if len(page) < AT_ONCE:
            return
        where, after = raw_rows.behind(connection, key, page[-1][0][0][key_name])


def _parted(row: tuple[Any, ...], named: dict[str, tuple[str, ...]]) -> list[Raw]:
    values = iter(row)
    return [{name: next(values) for name in names} for names in named.values()]


def column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The field of a column."""
    return next(each for each in model._meta.concrete_fields if each.attname == name)


# -- comparing --------------------------------------------------------------------------------------------------------
def _of(read: Read) -> Iterator[Fault]:
    key, told = read.row["id"], Told()
    try:
        row = {name: signatures.read(column(Outgoing, name), read.row[name]) for name in ROW}
        for line in read.lines:
            told.move(line)
        if told.digest is None:
            raise Nonsense("no line says what goes out")
    except (Nonsense, ValueError, TypeError, AttributeError) as error:
        code = Code.NONSENSE if any(line["content_hash"] for line in read.lines) else Code.ORPHAN
        yield Fault(0, f"The delivery {key} makes no sense ({error}).", code)
        return
    should = {**told.of(OUTGOING), "published_at": told.published_at, "content_hash": told.digest}
    wrong = [name for name, value in should.items() if row.get(name) != value]
    if wrong == ["channel_id"] and row["channel_id"] is None and not _is_there(should["channel_id"]):
        return  # it was forgotten since; the lines tell which it was
    wrong += _other_place(read.joined, told.of(PLACE)) if row["channel_id"] else []
    if wrong:
        said = f"The delivery {key} is not what its signed lines say: {', '.join(wrong)}."
        yield Fault(0, said, Code.OUTCOME)


def _is_there(channel: Plain) -> bool:
    with contextlib.suppress(ValueError):  # a line that was changed may say anything
        return Channel.objects.filter(pk=UUID(str(channel))).exists()
    return True


def _other_place(place: Raw, should: dict[str, Plain]) -> list[str]:
    return ["its channel's id there"] if should and should.get(DIGEST) != place_of(place) else []
