"""Taking out for good what went out, with the lines that tell of it."""

from __future__ import annotations

from outbox.models import LedgerEntry, Outgoing
from poster.ledger.erasure_permits import allowed
from poster.row_removal import Rows, remove_rows


def remove(batch: Rows) -> None:
    """Detail rows of one kind, their rows here, and their lines. Files come first: that is the business of the kind."""
    keys = [row.pk for row in batch]
    with allowed(keys):
        held = Outgoing.objects.filter(pk__in=keys).order_by("pk").select_for_update()
        list(held.values_list("pk"))  # whoever writes a line about one of them has done so, or finds nothing
        LedgerEntry.objects.filter(outgoing__in=keys).delete()
        remove_rows(batch)
