"""The chain over the ledger: each line's digest, and each digest bound to all before it, with a key of this install.

Who can write to the database but does not hold the key (AUDIT_KEY, or `var/audit_key`) cannot change, remove, move or
add a line unnoticed: `verification` tells. Its newest end is noted outside of the database (`head_note`), so
that an end that was cut off is noticed on this machine, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection, models, transaction

from poster import clock
from poster.database import asking
from poster.ledger import head_note, signatures
from poster.ledger.head_note import START, End
from poster.manifests import manifests
from poster.models import Link

LOCK = 7_461_109  # any number, the same everywhere: PostgreSQL's lock for the end of the chain
SAYS = ("number", "table", "version", "line", "about", "made_at", "digest")  # of a link, signed


def lines() -> dict[str, type[models.Model]]:
    """The models whose rows are chained, by label: those of the manifests."""
    return {each.model._meta.label: each.model for manifest in manifests() for each in manifest.walled if each.chained}


def append(line: models.Model, about: UUID) -> None:
    """The next link. The caller has just written `line`, and is in a transaction; of two writers one waits."""
    append_all([(line, about)])


def append_all(lines: Iterable[tuple[models.Model, UUID]]) -> None:
    """The next links, for lines that were just written in this transaction: (line, what it is about)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    before = last = end()
    links: list[Link] = []
    for line, about in lines:
        links.append(_link(last, line, about))
        last = End(links[-1].number, links[-1].chain)
    Link.objects.bulk_create(links)
    transaction.on_commit(lambda: head_note.note(before, last), robust=True)  # Django logs by a name: no `partial`


def _link(before: End, line: models.Model, about: UUID) -> Link:
    label, version = line._meta.label, signatures.newest(type(line))
    link = Link(
        number=before.number + 1,
        table=label,
        version=version,
        line=line.pk,
        about=about,
        made_at=clock.now(),
        digest=signatures.digest(label, version, signatures.values(line, version)),
    )
    link.chain = bind(before.chain, {name: signatures.plain(getattr(link, name)) for name in SAYS})
    return link


def bind(before: str, says: Mapping[str, signatures.Plain]) -> str:
    """The chain at a link that says this, behind the chain `before`."""
    return signatures.sign(["link", before, dict(says)])


def head() -> str:
    """The end of the chain: keep it somewhere else, and a cut-off tail is noticed."""
    return end().chain


def end() -> End:
    """The newest link."""
    last = asking.rows("SELECT number, chain FROM poster_link ORDER BY number DESC LIMIT 1")
    return End(*last[0]) if last else End(0, START)
