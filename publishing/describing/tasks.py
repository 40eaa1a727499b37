"""The minute's work on words. A task is a doorway: no arguments, a sentence as its result, safe to repeat."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import ngettext

from poster.work import clock_jumps, leases, mishaps, time_budget
from poster.work.fairness import in_turn
from publishing.approval import mailing
from publishing.describing import budgets, held_accounts
from publishing.describing.describing import describe
from publishing.models import Post
from publishing.posts.composing import compose_ready, files_due
from publishing.querysets import PostQuerySet

AT_ONCE = 10  # posts that are chosen together; whoever comes new waits for no more than these


def round() -> str:
    """Compose posts and describe whatever is due, until nothing is, or its time is over."""
    over, parts = time_budget.begun(), time_budget.Parts()
    for first in (clock_jumps.notice, leases.settle_owed):
        parts.run(first, otherwise=None)
    composed = described = 0
    while not over():
        moved = parts.run(compose_ready, over, otherwise=0)
        composed += moved
        asked = parts.run(_describe_all, over, otherwise=0)
        described += asked
        if not moved + asked:
            break
    parts.run(mailing.tell, over, otherwise=0)
    parts.end()
    posts = ngettext("%d post composed", "%d posts composed", composed) % composed
    return f"{posts}, {ngettext('%d question about words', '%d questions about words', described) % described}."


def words_due() -> PostQuerySet:
    """Posts that want words now, and that nothing holds up."""
    free = Post.objects.free().wordless().select_related("owner", "file", "watch__prompt_template")
    return held_accounts.askable(budgets.askable(free.order_by("next_at", "created_at")))


def due() -> bool:
    """Whether a round would find something to do: the cheap question of the supervisor's tick."""
    return files_due().exists() or words_due().exists() or mailing.due()


def _describe_all(over: time_budget.Over) -> int:
    """Take the posts that are due, one after the other, each person's in turn. Returns how many."""
    done = 0
    for post in in_turn(words_due(), AT_ONCE):
        if over():
            break
        if Post.objects.take(post):
            done += _described(post)
    return done


def _described(post: Post) -> bool:
    """Whatever it raises, its worker lives, and the others go on."""
    with mishaps.survived("A post was not described; it is tried again") as tried:
        describe(post)
    if tried.error is None:
        leases.went_well(post)
    else:
        connection.close_if_unusable_or_obsolete()
        post.stumble()
    return True
