"""The minute's work behind what went out. A task takes no arguments, returns a sentence, and may be repeated."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import ngettext

from poster.work import time_budget
from publishing.delivery.cleanup import drop_finished
from publishing.delivery.removed_files import end_what_was_taken_away, stop_what_was_taken_away, take_up_what_is_back

FIRST: tuple[Callable[[], object], ...] = (stop_what_was_taken_away, end_what_was_taken_away, take_up_what_is_back)


def round() -> str:
    """Stop what was taken away at its source, and let go of the pictures that nobody needs any more."""
    over, parts = time_budget.begun(), time_budget.Parts()
    for part in FIRST:
        parts.run(part, otherwise=None)
    dropped = parts.run(_drop, over, otherwise=0)
    parts.end()
    return ngettext("%d picture dropped.", "%d pictures dropped.", dropped) % dropped


def _drop(over: time_budget.Over) -> int:
    return drop_finished(over=over)
