"""Does each delivery's row say what its last signed line says? For `poster.verifying`.

Compared are the state, the post's id and link at the platform, when it was published, and the words and pictures that
were frozen at approval, by their digest. Row and lines are read in one statement, so work that goes on meanwhile is no
difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from poster import raw, signing
from poster.signing import Nonsense
from poster.verifying import AT_ONCE, Code, Erased, Fault
from publishing.models import Delivery, Step
from publishing.posts.freezing import content_hash

ROW = ("id", "owner_id", "state", "remote_id", "permalink", "published_at", "content_hash", "text")
MOVED = ("state", "remote_id", "permalink")
QUESTION = """
SELECT {row}, {media}, {moved}, {frozen}, {published} FROM publishing_delivery d
LEFT JOIN publishing_step m ON m.id = (SELECT id FROM publishing_step WHERE delivery_id = d.id AND state <> ''
    ORDER BY number DESC LIMIT 1)
LEFT JOIN publishing_step f ON f.id = (SELECT id FROM publishing_step WHERE delivery_id = d.id AND content_hash <> ''
    ORDER BY number LIMIT 1)
LEFT JOIN publishing_step p ON p.id = (SELECT id FROM publishing_step WHERE delivery_id = d.id AND state = 'published'
    ORDER BY number LIMIT 1)
{after} ORDER BY d.id LIMIT {most}"""
ORPHANS = """
SELECT DISTINCT {key} FROM publishing_step s
WHERE NOT EXISTS (SELECT 1 FROM publishing_delivery d WHERE d.id = s.delivery_id)"""


def faults(erased: Erased) -> Iterator[Fault]:
    """What does not fit. Rows of somebody whose erasure has begun are on their way out."""
    for row in _rows():
        yield from _of(row, erased)
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS.format(key=raw.column(connection, "s.delivery_id")))
        for (key,) in cursor.fetchall():
            yield Fault(0, f"There are lines about the delivery {key}, and it is not there.", Code.ORPHAN)


def _rows() -> Iterator[list[Any]]:
    where, after = "", list[Any]()
    question = QUESTION.format(
        row=_columns("d", ROW),
        media=raw.column(connection, "d.media"),
        moved=_columns("m", MOVED),
        frozen=raw.column(connection, "f.content_hash"),
        published=raw.column(connection, "p.created_at"),
        after="{after}",
        most=AT_ONCE,
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(question.format(after=where), after)
            page = [list(row) for row in cursor.fetchall()]
        yield from page
        if len(page) < AT_ONCE:
            return
        where, after = raw.behind(connection, "d.id", page[-1][0])


def _columns(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(raw.column(connection, f"{table}.{name}") for name in names)


def _of(row: list[Any], erased: Erased) -> Iterator[Fault]:
    key, told = row[0], row[len(ROW) :]
    media, moved, frozen, published = told[0], told[1:4], told[4], told[5]
    try:
        says = {name: signing.read(_field(Delivery, name), value) for name, value in zip(ROW, row, strict=False)}
        line = {name: signing.read(_field(Step, name), value) for name, value in zip(MOVED, moved, strict=True)}
        digest = content_hash(str(says["text"]), json.loads(media))
        when = None if published is None else signing.read(_field(Step, "created_at"), published)
    except (Nonsense, ValueError, TypeError) as error:
        code = Code.ORPHAN if moved[0] is None or frozen is None else Code.NONSENSE
        yield Fault(0, f"The delivery {key} makes no sense ({error}), or has no lines.", code)
        return
    if says["owner_id"] in erased:
        return
    line |= {"published_at": when, "content_hash": frozen}
    wrong = [name for name, value in line.items() if says[name] != value]
    wrong += ["text or media"] if digest != frozen else []
    if wrong:
        said = f"The delivery {key} is not what its last signed line says: {', '.join(wrong)}."
        yield Fault(0, said, Code.OUTCOME)


def _field(model: type[Delivery | Step], name: str) -> Any:  # noqa: ANN401 - a field
    return model._meta.get_field(name.removesuffix("_id") if name == "owner_id" else name)
