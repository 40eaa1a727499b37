"""Post draft → approved, with one delivery per channel, words and picture frozen into each, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from accounts.models import Channel
from poster import clock
from poster.asking import NotPossible, Person, own
from publishing.delivery import ledger
from publishing.delivery.gating import UNDO, doubted_from
from publishing.delivery.ledger import Kind
from publishing.models import Delivery, Post
from publishing.posts.fitting import keeps_words, too_long
from publishing.posts.freezing import freeze
from publishing.posts.limiting import limits_of


def approve(post: Post, *, by: Person, undoable: bool = False) -> list[Delivery]:
    """A person says yes. Raises NotPossible when it is no draft any more, or has no channel to go to.

    `undoable`: in a browser, where a finger may slip. It is not marked for a minute (see `publishing.posts.undoing`).
    """
    own(post, by)
    return _approve(post, by, UNDO if undoable else None)


def approve_by_watch(post: Post) -> list[Delivery]:
    """The owner's standing order says yes."""
    return _approve(post, None)


def _approve(post: Post, by: Person | None, wait: dt.timedelta | None = None) -> list[Delivery]:
    channels = list(post.channels.filter(owner_id=post.owner_id).exclude(state=Channel.State.OFF))
    if not channels:
        raise NotPossible("There is no channel to post to. Choose one first.")
    for channel in channels:
        limits = limits_of(channel.platform)
        if not keeps_words(post.text, limits):
            raise NotPossible(f"{channel.name}: {too_long(post.text, limits)}")
    with transaction.atomic():
        _decide(post, Post.State.APPROVED, by)
        return [_deliver(post, channel, by, wait) for channel in channels]


def discard(post: Post, *, by: Person) -> None:
    """A person says no. It stays in the history."""
    own(post, by)
    _decide(post, Post.State.DISCARDED, by)


def reword(post: Post, *, text: str, alt_texts: Mapping[UUID, str], by: Person) -> None:
    """Change the words of a draft. `alt_texts` by the id of the post's items (PostAsset)."""
    own(post, by)
    for channel in post.channels.all():
        if problem := too_long(text, limits_of(channel.platform)):
            raise NotPossible(f"{channel.name}: {problem}")
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, state=Post.State.DRAFT).update(text=text.strip()):
            raise NotPossible("It is no draft any more, so its words stay as they are.")
        for item, alt_text in alt_texts.items():
            post.items.filter(pk=item).update(alt_text=alt_text.strip())
    post.refresh_from_db()


def _decide(post: Post, state: Post.State, by: Person | None) -> None:
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT)
    if not drafts.update(state=state, decided_by=by.pk if by else None, decided_at=clock.now(), hold=""):
        raise NotPossible("It was decided already. Load the page again.")
    post.refresh_from_db()


def _deliver(post: Post, channel: Channel, by: Person | None, wait: dt.timedelta | None) -> Delivery:
    now = clock.now()
    begin = post.due_at or now
    due_at = max(begin, now + wait) if wait else begin
    delivery = Delivery.objects.create(
        owner_id=post.owner_id,
        post=post,
        channel=channel,
        channel_name=str(channel),
        platform=channel.platform,
        due_at=due_at,
        next_at=begin,
        undo_until=now + wait if wait else None,
        latest_at=due_at + dt.timedelta(hours=post.latest_hours),
        restored_at=doubted_from(),
        **freeze(post, channel.platform),
    )
    who = f"Approved by {by}" if by else "Approved by its watch"
    ledger.moved(
        delivery,
        Kind.DECISION,
        f"{who}. It goes to {delivery.channel_name}.",
        content_hash=delivery.content_hash,
    )
    return delivery
