"""The minute's work on the install itself. A task is a doorway: no arguments, a sentence as its result."""

from __future__ import annotations

from django.utils.translation import ngettext

from operations.backups import restoring
from operations.privacy.erasing import carry_on_all
from poster.work import rounds


def round() -> str:
    """Erasures that were begun, and what a channel shows after a backup was put back."""
    over, parts = rounds.begun(), rounds.Parts()
    gone = parts.run(carry_on_all, over, otherwise=0)
    put_back = parts.run(restoring.look, over, otherwise="")
    parts.end()
    told = ngettext("%d account erased", "%d accounts erased", gone) % gone
    return f"{told}. {put_back}".strip()
