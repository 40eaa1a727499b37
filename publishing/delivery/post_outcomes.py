"""Does each post, and what a delivery adds to what goes out, say what the signed lines say? See `outbox.outcomes`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection

from outbox.outcomes import Read, Told, column, rows_and_lines
from poster.database import raw_rows
from poster.ledger import signatures
from poster.ledger.signatures import Nonsense, Plain
from poster.ledger.verification import Code, Erased, Fault
from publishing.delivery.post_statements import DETAIL, POST, SAID_OF_DETAIL, SAID_OF_POST, WORDS, words_of
from publishing.models import Delivery, Post
from publishing.models.deliveries import KIND
from publishing.posts.freezing import content_hash

ROW = ("outgoing_ptr_id", *SAID_OF_DETAIL, "text", "media", "options", "made_with_ai")
POST_ROW = ("id", *SAID_OF_POST, "text")
DELIVERIES = """
SELECT {columns} FROM (SELECT * FROM publishing_delivery d {after} ORDER BY d.outgoing_ptr_id LIMIT {most}) d
LEFT JOIN outbox_ledgerentry e ON e.outgoing_id = d.outgoing_ptr_id AND e.state <> ''
ORDER BY d.outgoing_ptr_id, e.number"""
POSTS = """
SELECT {columns} FROM (SELECT * FROM publishing_post p {after} ORDER BY p.id LIMIT {most}) p
LEFT JOIN publishing_delivery d ON d.post_id = p.id
LEFT JOIN outbox_ledgerentry e ON e.outgoing_id = d.outgoing_ptr_id AND e.state <> ''
LEFT JOIN poster_link l ON l.line = e.id
ORDER BY p.id, l.number"""
WITHOUT = """
SELECT {key} FROM outbox_outgoing o
WHERE o.kind = %s AND NOT EXISTS (SELECT 1 FROM publishing_delivery d WHERE d.outgoing_ptr_id = o.id)"""


def faults(erased: Erased) -> Iterator[Fault]:
    """What does not fit. `erased`: people whose erasure a signed line has allowed, as text."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT.format(key=raw_rows.column(connection, "o.id")), [KIND])
        for (key,) in cursor.fetchall():
            yield Fault(0, f"What the delivery {key} was to send is not there.", Code.ORPHAN)
    for read in rows_and_lines(DELIVERIES, {"d": ROW, "e": ("id", "content_hash", "says")}):
        yield from _of_delivery(read)
    for read in rows_and_lines(POSTS, {"p": POST_ROW, "e": ("id", "says")}):
        yield from _of_post(read, erased)


def _of_delivery(read: Read) -> Iterator[Fault]:
    key, told = read.row["outgoing_ptr_id"], Told()
    try:
        row = {name: signatures.read(column(Delivery, name), read.row[name]) for name in ROW}
        for line in read.lines:
            told.add(line)
        media, options = (json.loads(str(row[name])) for name in ("media", "options"))
        digest = content_hash(str(row["text"]), media, options, made_with_ai=bool(row["made_with_ai"]))
    except (Nonsense, ValueError, TypeError, AttributeError) as error:
        yield Fault(0, f"The delivery {key} makes no sense ({error}).", Code.NONSENSE)
        return
    wrong = [name for name, value in told.of(DETAIL).items() if row.get(name) != value]
    wrong += ["text, media, options or label"] if told.digest and digest != told.digest else []
    if wrong:
        said = f"The delivery {key} is not what its signed lines say: {', '.join(wrong)}."
        yield Fault(0, said, Code.OUTCOME)


def _of_post(read: Read, erased: Erased) -> Iterator[Fault]:
    key, told = read.row["id"], Told()
    try:
        row = {name: signatures.read(column(Post, name), read.row[name]) for name in POST_ROW}
        for line in read.lines:
            told.add(line)
    except (Nonsense, ValueError, TypeError, AttributeError) as error:
        yield Fault(0, f"The post {key} makes no sense ({error}).", Code.NONSENSE)
        return
    row[WORDS] = words_of(str(row["text"]))
    wrong = [name for name in _binding(told.of(POST), row) if row.get(name) != told.of(POST)[name]]
    if wrong == ["decided_by_id"] and row["decided_by_id"] is None and str(told.of(POST)["decided_by_id"]) in erased:
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
