"""The minute's work behind what went out. A task takes no arguments, returns a sentence, and may be repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils.translation import ngettext

from poster.work import time_budget
from publishing.delivery.cleanup import drop_finished
from publishing.delivery.removed_files import end_what_was_taken_away, stop_what_was_taken_away, take_up_what_is_back
from publishing.models import Series
from publishing.posts import repeating
from publishing.posts.repeating import repeat_due
from publishing.telling import failed, weekly

FIRST: tuple[Callable[[], object], ...] = (stop_what_was_taken_away, end_what_was_taken_away, take_up_what_is_back)


def round() -> str:
    """Stop what was taken away at its source, repeat what is due, let go of pictures that nobody needs any more.

    Last, tell people what failed, and how the week was.
    """
    over, parts = time_budget.begun(), time_budget.Parts()
    for part in FIRST:
        parts.run(part, otherwise=None)
    repeated = parts.run(repeat_due, over, otherwise=0)
    dropped = parts.run(_drop, over, otherwise=0)
    for tell in (failed.tell, weekly.tell):
        parts.run(tell, over, otherwise=0)
    parts.end()
    posts = ngettext("%d post repeated", "%d posts repeated", repeated) % repeated
    return f"{posts}, {ngettext('%d picture dropped', '%d pictures dropped', dropped) % dropped}."


def due() -> bool:
    """Whether a post is to be repeated: the rest is done by the clock."""
    return repeating.due().exists()


def moments() -> list[dt.datetime]:
    """When the next repetition is to be made."""
    series = Series.objects.filter(state=Series.State.REPEATING).order_by("next_at").first()
    return [series.next_at - repeating.AHEAD] if series else []


def _drop(over: time_budget.Over) -> int:
    return drop_finished(over=over)
