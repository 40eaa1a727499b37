"""The chain over the ledger: each line's digest, and each digest bound to all before it, with a key of this install.

Who can write to the database but does not hold the key (AUDIT_KEY, or `var/audit_key`) cannot change, remove, move or
add a line unnoticed. Cutting off the newest lines is noticed by whoever kept an older head: `verify` takes one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from poster.models import Erasure, Link

START = "0" * 64
AT_ONCE = 500  # links that are read together
LOCK = 7_461_109  # any number, the same everywhere: PostgreSQL's lock for the end of the chain
LINES = ("publishing.Step", "poster.Event")  # what is chained; as names, for the foundation imports no app


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which link."""

    number: int
    sentence: str


def digest(line: models.Model) -> str:
    """Of everything that the line says, as the database keeps it."""
    fields = line._meta.concrete_fields
    content = {field.attname: str(field.to_python(getattr(line, field.attname))) for field in fields}
    return _sign(json.dumps(content, sort_keys=True))


def append(line: models.Model, about: UUID) -> None:
    """The next link. The caller has just written `line`, and is in a transaction; of two writers one waits."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    made = digest(line)
    Link.objects.create(line=line.pk, about=about, digest=made, chain=_sign(head() + made))


def head() -> str:
    """The end of the chain: keep it somewhere else, and a cut-off tail is noticed."""
    with connection.cursor() as cursor:  # asked for each line that is written
        cursor.execute("SELECT chain FROM poster_link ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone()
    return str(last[0]) if last else START


def verify(known_head: str = "") -> list[Fault]:
    """Everything that is wrong with the ledger; [] when nothing is."""
    faults = list(_broken_links())
    if known_head not in ("", START) and not Link.objects.filter(chain=known_head).exists():
        faults.append(Fault(0, "The head that was kept is not in the chain: lines were cut off after it was noted."))
    linked = Link.objects.values("line")
    faults += [
        Fault(0, f"The line {line} was put in past us: it has no link.")
        for model in _models()
        for line in model._default_manager.exclude(pk__in=linked).values_list("pk", flat=True)
    ]
    return faults


def _broken_links() -> Iterator[Fault]:
    before = START
    erased = set(Erasure.objects.values_list("about", flat=True))
    for link, line in _lines():
        if link.chain != _sign(before + link.digest):
            yield Fault(link.number, f"Link {link.number} does not follow the one before: a line was moved.")
        if line is None and not {link.about, link.line} & erased:
            yield Fault(link.number, f"The line of link {link.number} is gone, and nobody asked for its erasure.")
        if line is not None and digest(line) != link.digest:
            yield Fault(link.number, f"The line of link {link.number} was changed after it was written.")
        before = link.chain


def _lines() -> Iterator[tuple[Link, models.Model | None]]:
    """Each link with its line, if that is still there; read many at a time."""
    links = Link.objects.order_by("number").iterator(chunk_size=AT_ONCE)
    while batch := list(islice(links, AT_ONCE)):
        wanted = [link.line for link in batch]
        found = {line.pk: line for model in _models() for line in model._default_manager.filter(pk__in=wanted)}
        yield from ((link, found.get(link.line)) for link in batch)


def _models() -> list[type[models.Model]]:
    return [apps.get_model(name) for name in LINES]


def _sign(text: str) -> str:
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
