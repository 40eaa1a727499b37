"""Other words for a draft, by its captioner: the next question about it, with what a person wishes for."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Reason
from publishing.models import Post
from publishing.posts.approving import ONES_OWN_WORDS
from publishing.posts.writers import is_own, own_model, writer_of
from publishing.reasons.posts import NobodyWrites, NoModel, NothingToLookAt, NotRewritable, NoWordsBefore
from writing.captioners import CAPTIONERS

LONGEST = 300


def may_be_written_again(post: Post) -> bool:
    """Whether it is a draft that somebody can write for, and nobody is at it."""
    if post.state != Post.State.DRAFT or post.is_described:
        return False
    return post.watch_id is not None or (is_own(post) and bool(post.items.all()))


def takes_hints(post: Post) -> bool:
    """Whether a wish changes what would be written."""
    writer = writer_of(post)
    return writer is not None and CAPTIONERS[writer.captioner].takes_hints


def may_be_brought_back(post: Post) -> bool:
    """Whether the words of before are there: other ones are being written, or have taken their place."""
    if post.state != Post.State.DRAFT:
        return False
    return bool(post.text if post.is_described else post.words_before)


def bring_back(post: Post, *, by: Caller) -> None:
    """The words of before, as they were; once more, and the captioner's are there again.

    Where it is still writing, whatever it answers changes nothing. Raises NotPossible when there are none.
    """
    require_owner(post, by, Scope.DRAFT)
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT)
    if not drafts.filter(wants_words=Post.Words.CAPTIONER).exclude(text="").update(**ONES_OWN_WORDS):
        there = drafts.exclude(wants_words=Post.Words.CAPTIONER).exclude(words_before="")
        swapped: dict[str, Any] = {"text": F("words_before"), "words_before": F("text"), "revision": F("revision") + 1}
        swapped |= {"words_from": F("words_before_from"), "words_before_from": F("words_from")}
        if not there.update(**swapped, **ONES_OWN_WORDS):
            raise NotPossible(NoWordsBefore())
    post.refresh_from_db()


def why_not(post: Post) -> Reason | None:
    """Why nobody can write for it; None when somebody can."""
    if post.watch_id is not None:
        return None
    if not is_own(post):
        return NobodyWrites()
    if not post.items.exists():
        return NothingToLookAt()
    return None if own_model(post.owner_id) else NoModel()


def write_again(post: Post, *, by: Caller, hint: str = "") -> None:
    """The captioner is asked once more. What is in the draft stays until the new words are there.

    `hint`: what they wish for this time, in their own words; the first `LONGEST` characters of it count.

    Raises NotPossible for what is no draft, or waits for its words already.
    """
    require_owner(post, by, Scope.DRAFT)
    if problem := why_not(post):
        raise NotPossible(problem)
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
