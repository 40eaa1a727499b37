"""Other words for a draft, by its captioner: the next question about it, with what a person wishes for."""

from __future__ import annotations

from django.db.models import F

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from publishing.models import Post
from publishing.posts.approving import ONES_OWN_WORDS
from publishing.reasons.posts import NobodyWrites, NotRewritable, WordsCame
from writing.captioners import CAPTIONERS

LONGEST = 300


def may_be_written_again(post: Post) -> bool:
    """Whether it is a draft of a watch, and nobody is at it."""
    return post.state == Post.State.DRAFT and not post.is_described and post.watch_id is not None


def takes_hints(post: Post) -> bool:
    """Whether a wish changes what would be written."""
    return post.watch is not None and CAPTIONERS[post.watch.captioner].takes_hints


def may_be_left(post: Post) -> bool:
    """Whether other words are being written for a draft that has some."""
    return post.is_described and bool(post.text)


def leave(post: Post, *, by: Caller) -> None:
    """The words of before stay: whatever is answered now changes nothing. Raises NotPossible when it was faster."""
    require_owner(post, by, Scope.DRAFT)
    asked = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT, wants_words=Post.Words.CAPTIONER)
    if not asked.exclude(text="").update(**ONES_OWN_WORDS):
        raise NotPossible(WordsCame())
    post.refresh_from_db()


def write_again(post: Post, *, by: Caller, hint: str = "") -> None:
    """The captioner is asked once more. What is in the draft stays until the new words are there.

    `hint`: what they wish for this time, in their own words; the first `LONGEST` characters of it count.

    Raises NotPossible for what is no draft, or waits for its words already.
    """
    require_owner(post, by, Scope.DRAFT)
    if post.watch_id is None:
        raise NotPossible(NobodyWrites())
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT).exclude(wants_words=Post.Words.CAPTIONER)
    asked = drafts.update(
        turn=F("turn") + 1,
        hint=" ".join(hint.split())[:LONGEST],
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
