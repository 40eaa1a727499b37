"""What each call for a post's words cost, and what came of it."""

from __future__ import annotations

from poster.reasons import Reason
from publishing.models import Post
from publishing.posts.writers import Writer
from writing import ai_calls
from writing.captioners import Usage


def note(
    post: Post, watch: Writer, usage: Usage | None, outcome: str, reason: Reason | None, *, answer: str = ""
) -> None:
    """See `writing.ai_calls.note`."""
    asked = ai_calls.Asked(post.owner_id, post.pk, watch.captioner, watch.model)
    ai_calls.note(asked, usage, outcome, reason, answer=answer)
