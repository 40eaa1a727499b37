"""Is the ledger whole? Read as the database holds it, past every conversion: nonsense is a finding, never an error.

What is found, by whoever holds the key: a line or a link that was changed, removed, moved, put in or cut off; an
erasure that nobody asked for; triggers that do not stand; and what apps say of their own rows (`Manifest.faults`).
Pages of 500 links are read at a time; what is kept is one id for each line that went and each erasure.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connection, models

from poster.database import raw_rows, trigger_sync
from poster.database.raw_rows import Row
from poster.ledger import hash_chain, head_note, signatures
from poster.ledger.signatures import Nonsense, Plain
from poster.manifests import found, manifests
from poster.models import Erasure, Link

AT_ONCE = 500  # rows that are read together
Erased = set[str]  # ids whose lines may go, as text
Lines = dict[tuple[str, str], Row]  # by the label of their model and their key


class Code(StrEnum):
    """What kind of wrong it is."""

    LINK = "link"  # what a link says, or its place, is not what was signed
    GAP = "gap"  # numbers are missing: links were taken out
    GONE = "gone"  # a line is not there, and nobody asked for its erasure
    CHANGED = "changed"  # a line is not what was signed
    UNLINKED = "unlinked"  # a line without a link: put in past us
    NONSENSE = "nonsense"  # a column holds what it cannot hold
    HEAD = "head"  # the head that somebody kept is not in the chain
    NOTE = "note"  # the end that this machine noted is not in the chain
    TRIGGER = "trigger"  # the database does not refuse what it should
    OUTCOME = "outcome"  # a delivery's row is not what its last signed line says
    ORPHAN = "orphan"  # lines about a delivery that is not there, or a delivery without lines


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong; `number`: at which link, 0 where it is at none."""

    number: int
    sentence: str
    code: Code


def verify(known_head: str = "") -> list[Fault]:
    """Everything that is wrong with the ledger; [] when nothing is. `known_head`: one that was kept elsewhere."""
    with raw_rows.lenient(connection):
        walk = _Walk()
        faults = [*walk.faults(), *_ends(known_head), *_unlinked()]
        for each in (ref for manifest in manifests() for ref in manifest.faults):
            faults += found(each)(walk.erased)
    return faults + [
        Fault(0, f"The trigger {each}. Run `manage.py start` or `migrate`.", Code.TRIGGER)
        for each in trigger_sync.differences(connection)
    ]


@dataclass(slots=True)
class _Walk:
    """Along the whole chain, once. `missing`: lines that are not there, judged when all erasures are known."""

    erased: Erased = field(default_factory=set)
    missing: list[tuple[int, str, str]] = field(default_factory=list)
    number: int = 0
    chain: str = head_note.START

    def faults(self) -> Iterator[Fault]:
        for page in raw_rows.pages(connection, Link, AT_ONCE):
            lines = _lines_of(page)
            for link in page:
                yield from self._link(link, lines)
        for number, about, line in self.missing:
            if not {about, line} & self.erased:
                said = f"The line of link {number} is gone, and nobody asked for its erasure."
                yield Fault(number, said, Code.GONE)

    def _link(self, link: Row, lines: Lines) -> Iterator[Fault]:
        try:
            says = link.plain(hash_chain.SAYS)
            chain = str(link.plain(["chain"])["chain"])
        except Nonsense as error:
            yield Fault(self.number + 1, f"A link behind number {self.number}: {error}.", Code.NONSENSE)
            self.number, self.chain = self.number + 1, str(link.values["chain"])
            return
        number = int(says["number"] or 0)
        if number != self.number + 1:
            yield Fault(number, f"Between link {self.number} and link {number} links were taken out.", Code.GAP)
        if chain != hash_chain.bind(self.chain, says):
            yield Fault(number, f"Link {number} is not what was written there: moved, or changed.", Code.LINK)
        yield from self._line(number, says, lines)
        self.number, self.chain = number, chain

    def _line(self, number: int, says: dict[str, Plain], lines: Lines) -> Iterator[Fault]:
        table, key, version = str(says["table"]), str(says["line"]), int(says["version"] or 0)
        model = hash_chain.lines().get(table)
        if model is None or version not in model.SIGNED:  # type: ignore[attr-defined]
            yield Fault(number, f"Link {number} is of {table}, version {version}, which there is not.", Code.LINK)
            return
        line = lines.get((table, key))
        if line is None:
            stays = model is Erasure
            self.missing.append((number, "" if stays else str(says["about"]), "" if stays else key))
            return
        try:
            signed = line.plain(signatures.columns(model, version))
        except Nonsense as error:
            yield Fault(number, f"The line of link {number}: {error}.", Code.NONSENSE)
            return
        if signatures.digest(table, version, signed) != says["digest"] or not _is_silent(line, model, version):
            yield Fault(number, f"The line of link {number} was changed after it was written.", Code.CHANGED)
        elif model is Erasure:
            self.erased.add(str(signed["about"]))


def _is_silent(line: Row, model: type[models.Model], version: int) -> bool:
    """Whether the line says nothing in the columns that came after it, which its version does not sign."""
    later = set(signatures.columns(model, signatures.newest(model))) - set(signatures.columns(model, version))
    try:
        return all(
            each == signatures.plain(line.fields[name].get_default()) for name, each in line.plain(later).items()
        )
    except Nonsense:
        return False


def _lines_of(page: list[Row]) -> Lines:
    """What these links are about, as far as it is there."""
    found: Lines = {}
    for label, model in hash_chain.lines().items():
        keys = [link.values["line"] for link in page if link.values["table"] == label]
        for row in raw_rows.rows(connection, model, keys):
            with contextlib.suppress(Nonsense):  # then nobody finds it by its key
                found[label, str(row.plain(["id"])["id"])] = row
    return found


def _ends(known_head: str) -> Iterator[Fault]:
    if known_head not in ("", head_note.START) and not Link.objects.filter(chain=known_head).exists():
        said = "The head that was kept is not in the chain: lines were cut off after it was noted."
        yield Fault(0, said, Code.HEAD)
    if lost := head_note.lost():
        said = (
            f"This machine noted link {lost.number}, which is not in the chain: its end was cut off, or the database "
            "is an older copy. `manage.py restore` says what it is."
        )
        yield Fault(lost.number, said, Code.NOTE)


def _unlinked() -> Iterator[Fault]:
    for label, model in hash_chain.lines().items():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {raw_rows.column(connection, 'each.id')} FROM {table} each WHERE NOT EXISTS ("  # noqa: S608
                'SELECT 1 FROM poster_link WHERE line = each.id AND "table" = %s)',
                [label],
            )
            while some := cursor.fetchmany(AT_ONCE):
                yield from (
                    Fault(0, f"The line {key} ({label}) was put in past us: it has no link.", Code.UNLINKED)
                    for (key,) in some
                )
