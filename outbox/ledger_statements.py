"""What lines of the ledger say of rows: of what goes out, of the place it goes to, and of the rows of its kind.

The first line says all of it, each later one only what its move has changed: what somebody else has written into a row
meanwhile is never signed as ours. `outbox.outcomes` reads them in their order and compares; what is said of rows of a
kind, its app compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from outbox.kinds import Says
from outbox.models import Outgoing
from poster.ledger import signatures

Columns = dict[str, signatures.Plain]

OUTGOING, PLACE = "outgoing", "place"
# Besides what lines have columns of their own for: state, id, link, moment and content_hash.
SAID = (
    *("created_at", "owner_id", "kind", "channel_id", "channel_name", "platform", "lane", "dedupe"),
    *("due_at", "planned_at", "queued", "undo_until"),
    *("refs", "staged_at", "commits", "committed_at", "deadline_at", "operation"),
)
STAGED = ("refs", "staged_at", "operation")  # what is laid down, and what is forgotten when it is laid down anew
MARKED = ("commits", "committed_at", "deadline_at")
SAID_OF_PLACE = ("platform", "remote_id")
DIGEST = "keyed"  # of a place


def saying(out: Outgoing, changed: Iterable[str], more: Says | None) -> Says:
    """These columns of it (with the first its place, too), and what is said of the rows of its kind."""
    says = dict(more or {})
    if said := columns(out, changed):
        says[OUTGOING] = said
    if "channel_id" in said and out.channel:
        says[PLACE] = {DIGEST: place_of(columns(out.channel, SAID_OF_PLACE))}
    return says


def place_of(columns: Mapping[str, signatures.Plain]) -> str:
    """The keyed digest of what a place is called there: lines stay when it is forgotten, and must not tell it (P57)."""
    return signatures.sign(["place", *(columns.get(name) for name in SAID_OF_PLACE)])


def columns(row: models.Model, names: Iterable[str]) -> Columns:
    """As the database keeps them, which may be less than what we hold in our hands (ToldField)."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    return {
        name: signatures.plain(fields[name].to_python(fields[name].get_prep_value(getattr(row, name))))
        for name in names
    }
