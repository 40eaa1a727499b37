"""Does each delivery's row, its place and its post say what the signed lines of it say? For the audit.

The lines are read in their order, each saying what its move has changed (`ledger_statements`); what was said last is
compared with the rows. What the lines themselves say is verified there; nothing that no line signs decides here what is
compared. Rows and lines are read in one statement, so work that goes on meanwhile is no difference.
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
from poster.database import raw_rows
from poster.ledger import signatures
from poster.ledger.signatures import Nonsense, Plain
from poster.ledger.verification import Code, Erased, Fault
from publishing.delivery.ledger_statements import (
    DELIVERY,
    DIGEST,
    PLACE,
    POST,
    SAID,
    SAID_OF_PLACE,
    SAID_OF_POST,
    WORDS,
    Says,
    place_of,
    words_of,
)
from publishing.models import Delivery, Post, Step
from publishing.posts.freezing import content_hash

AT_ONCE = 100  # rows, each as often as it has lines
IN_LINES = ("state", "remote_id", "permalink")  # for which lines have columns of their own
ROW = ("id", *SAID, *IN_LINES, "published_at", "content_hash", "text", "media", "options", "made_with_ai")
LINE = ("id", "created_at", *IN_LINES, "content_hash", "says")
POST_ROW = ("id", *SAID_OF_POST, "text")
DELIVERIES = """
SELECT {columns} FROM (SELECT * FROM publishing_delivery d {after} ORDER BY d.id LIMIT {most}) d
LEFT JOIN accounts_channel c ON c.id = d.channel_id
LEFT JOIN publishing_step s ON s.delivery_id = d.id AND s.state <> ''
ORDER BY d.id, s.number"""
POSTS = """
SELECT {columns} FROM (SELECT * FROM publishing_post p {after} ORDER BY p.id LIMIT {most}) p
LEFT JOIN publishing_delivery d ON d.post_id = p.id
LEFT JOIN publishing_step s ON s.delivery_id = d.id AND s.state <> ''
LEFT JOIN poster_link l ON l.line = s.id
ORDER BY p.id, l.number"""
ORPHANS = """
SELECT DISTINCT {key} FROM publishing_step s
WHERE NOT EXISTS (SELECT 1 FROM publishing_delivery d WHERE d.id = s.delivery_id)"""
Raw = dict[str, Any]  # columns of one row, as the database holds them


def faults(erased: Erased) -> Iterator[Fault]:
    """What does not fit. `erased`: people whose erasure a signed line has allowed, as text."""
    for row in _rows(DELIVERIES, {"d": ROW, "c": SAID_OF_PLACE, "s": LINE}):
        yield from _of_delivery(row)
    for row in _rows(POSTS, {"p": POST_ROW, "s": ("id", "says")}):
        yield from _of_post(row, erased)
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS.format(key=raw_rows.column(connection, "s.delivery_id")))
        for (key,) in cursor.fetchall():
            yield Fault(0, f"There are lines about the delivery {key}, and it is not there.", Code.ORPHAN)


# -- reading ----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Read:
    """One row, what is joined to it, and its lines in their order."""

    row: Raw
    place: Raw
    lines: list[Raw]


@dataclass(slots=True)
class _Told:
    """What lines have said at last of each row; `digest` and `published_at`: what they said first."""

    says: Says = field(default_factory=lambda: {DELIVERY: {}, PLACE: {}, POST: {}})
    digest: str | None = None
    published_at: Plain = None

    def add(self, line: Raw) -> None:
        """Raises Nonsense, and ValueError or TypeError where `says` is not as we write it."""
        for table, columns in json.loads(_read(Step, "says", line)).items():
            self.says[table] = {**self.says.get(table, {}), **columns}

    def move(self, line: Raw) -> None:
        """The same of a whole line."""
        self.add(line)
        self.says[DELIVERY] |= {name: signatures.read(_field(Step, name), line[name]) for name in IN_LINES}
        self.digest = self.digest or line["content_hash"]
        if line["state"] == Delivery.State.PUBLISHED and self.published_at is None:
            self.published_at = signatures.read(_field(Step, "created_at"), line["created_at"])


def _rows(question: str, named: dict[str, tuple[str, ...]]) -> Iterator[_Read]:
    """`named`: the columns that are asked for, by the letter of their table; of the first table each row is one."""
    columns = ", ".join(
        raw_rows.column(connection, f"{table}.{name}") for table, names in named.items() for name in names
    )
    key = f"{next(iter(named))}.id"
    where, after = "", list[Any]()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(question.format(columns=columns, after=where, most=AT_ONCE), after)
            found = [_parted(row, named) for row in cursor.fetchall()]
        page = [list(group) for _, group in groupby(found, key=lambda parts: parts[0]["id"])]
        for group in page:
            first = group[0]
            yield _Read(first[0], first[1], [parts[-1] for parts in group if parts[-1]["id"] is not None])
        if len(page) < AT_ONCE:
            return
        where, after = raw_rows.behind(connection, key, page[-1][0][0]["id"])


def _parted(row: tuple[Any, ...], named: dict[str, tuple[str, ...]]) -> list[Raw]:
    values = iter(row)
    return [{name: next(values) for name in names} for names in named.values()]


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(each for each in model._meta.concrete_fields if each.attname == name)


def _read(model: type[models.Model], name: str, row: Raw) -> str:
    return str(signatures.read(_field(model, name), row[name]))


# -- comparing --------------------------------------------------------------------------------------------------------
def _of_delivery(read: _Read) -> Iterator[Fault]:
    key, told = read.row["id"], _Told()
    try:
        row = {name: signatures.read(_field(Delivery, name), read.row[name]) for name in ROW}
        for line in read.lines:
            told.move(line)
        if told.digest is None:
            raise Nonsense("no line says what goes out")
        media, options = (json.loads(str(row[name])) for name in ("media", "options"))
        digest = content_hash(str(row["text"]), media, options, made_with_ai=bool(row["made_with_ai"]))
    except (Nonsense, ValueError, TypeError, AttributeError) as error:
        code = Code.NONSENSE if any(line["content_hash"] for line in read.lines) else Code.ORPHAN
        yield Fault(0, f"The delivery {key} makes no sense ({error}).", code)
        return
    should = {**told.says[DELIVERY], "published_at": told.published_at, "content_hash": told.digest}
    wrong = [name for name, value in should.items() if row.get(name) != value]
    wrong += ["text, media, options or label"] if digest != told.digest else []
    if wrong == ["channel_id"] and row["channel_id"] is None and not _is_there(should["channel_id"]):
        return  # it was forgotten since; the lines tell which it was
    wrong += _other_place(read.place, told.says[PLACE]) if row["channel_id"] else []
    if wrong:
        said = f"The delivery {key} is not what its signed lines say: {', '.join(wrong)}."
        yield Fault(0, said, Code.OUTCOME)


def _is_there(channel: Plain) -> bool:
    with contextlib.suppress(ValueError):  # a line that was changed may say anything
        return Channel.objects.filter(pk=UUID(str(channel))).exists()
    return True


def _other_place(place: Raw, should: dict[str, Plain]) -> list[str]:
    return ["its channel's id there"] if should and should.get(DIGEST) != place_of(place) else []


def _of_post(read: _Read, erased: Erased) -> Iterator[Fault]:
    key, told = read.row["id"], _Told()
    try:
        row = {name: signatures.read(_field(Post, name), read.row[name]) for name in POST_ROW}
        for line in read.lines:
            told.add(line)
    except (Nonsense, ValueError, TypeError, AttributeError) as error:
        yield Fault(0, f"The post {key} makes no sense ({error}).", Code.NONSENSE)
        return
    row[WORDS] = words_of(str(row["text"]))
    wrong = [name for name in _binding(told.says[POST], row) if row.get(name) != told.says[POST][name]]
    if wrong == ["decided_by_id"] and row["decided_by_id"] is None and str(told.says[POST]["decided_by_id"]) in erased:
        return  # whoever decided has left
    if wrong:
        said = f"The post {key} is not what the signed lines of its deliveries say: {', '.join(wrong)}."
        yield Fault(0, said, Code.OUTCOME)


def _binding(should: dict[str, Plain], row: dict[str, Plain]) -> list[str]:
    """What may not differ: of what is approved all. What was taken back is a draft, but approved by no line."""
    approved = Post.State.APPROVED
    if should.get("state") == approved or row["state"] == approved:
        return list(should)
    return [name for name in should if name == "owner_id"]
