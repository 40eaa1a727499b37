"""Other words for a draft, by its captioner: the next question about it."""

from __future__ import annotations

from django.db.models import F

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from publishing.models import Post
from publishing.reasons.posts import NobodyWrites, NotRewritable


def may_be_written_again(post: Post) -> bool:
    """Whether it is a draft of a watch, and nobody is at it."""
    return post.state == Post.State.DRAFT and not post.is_described and post.watch_id is not None


def write_again(post: Post, *, by: Caller) -> None:
    """The captioner is asked once more. What is in the draft stays until the new words are there.

    Raises NotPossible for what is no draft, or waits for its words already.
    """
    require_owner(post, by, Scope.DRAFT)
    if post.watch_id is None:
        raise NotPossible(NobodyWrites())
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT).exclude(wants_words=Post.Words.CAPTIONER)
    asked = drafts.update(
        turn=F("turn") + 1,
        wants_words=Post.Words.CAPTIONER,
        tries=0,
        deaths=0,
        next_at=clock.now(),
        leased_until=None,
        fence=F("fence") + 1,
        **Post.wordless_because.columns(None),
    )
    if not asked:
        raise NotPossible(NotRewritable())
    post.refresh_from_db()
