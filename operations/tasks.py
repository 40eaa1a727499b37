"""The minute's work on the install itself. A task is a doorway: no arguments, a sentence as its result."""

from __future__ import annotations

from django.utils.translation import ngettext

from operations.backups import restored_copy
from operations.privacy.erasure import carry_on_all
from poster.work import time_budget


def round() -> str:
    """Erasures that were begun, and what a channel shows after a backup was put back."""
    over, parts = time_budget.begun(), time_budget.Parts()
    gone = parts.run(carry_on_all, over, otherwise=0)
    put_back = parts.run(restored_copy.look, over, otherwise="")
    parts.end()
    told = ngettext("%d account erased.", "%d accounts erased.", gone) % gone
    return f"{told} {put_back}".strip()
