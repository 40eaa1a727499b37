"""Post draft → approved, with one delivery per channel, words and picture frozen into each, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Channel
from poster import clock
from poster.permissions import MACHINE, Caller, NotPossible, Scope, require_owner
from publishing.delivery import ledger
from publishing.delivery.ledger import Kind
from publishing.delivery.ledger_statements import SAID
from publishing.delivery.preflight import UNDO, doubted_from
from publishing.models import Delivery, Post
from publishing.posts.fitting import keeps_words, too_long
from publishing.posts.freezing import freeze
from publishing.posts.text_limits import limits_of

DECIDED = "It was decided already."
NO_CHANNEL = "There is no channel to post to. Choose one first."
NO_DRAFT = "It is no draft any more, so its words stay as they are."
NO_WORDS = "A post needs words. Write some, or discard it."
BEING_WRITTEN = "Its words are being written. Wait for them, or write your own."


def approve(post: Post, *, by: Caller, undoable: bool = False) -> list[Delivery]:
    """A person says yes, to the whole or to what was undone of it. Returns the new deliveries.

    Raises NotPossible when it was decided already, or has no channel to go to.

    `undoable`: in a browser, where a finger may slip. It is not marked for a minute (see `approval_undo`).
    """
    require_owner(post, by, Scope.PUBLISH)
    return _approve(post, by, UNDO if undoable else None)


def approve_by_watch(post: Post) -> list[Delivery]:
    """The owner's standing order says yes."""
    return _approve(post, MACHINE)


def _approve(post: Post, by: Caller, wait: dt.timedelta | None = None) -> list[Delivery]:
    if not may_be_reworded(post):
        raise NotPossible(DECIDED)
    if post.wants_words:
        raise NotPossible(BEING_WRITTEN if post.is_described else NO_WORDS)
    channels = list(_left(post).filter(owner_id=post.owner_id).exclude(state=Channel.State.OFF))
    if not channels:
        raise NotPossible(NO_CHANNEL)
    for channel in channels:
        limits = limits_of(channel.platform)
        if not keeps_words(post.text, limits):
            raise NotPossible(f"{channel}: {too_long(post.text, limits)}")
    with transaction.atomic():
        _take(post, channels, by)
        return [_deliver(post, channel, by, wait) for channel in channels]


def discard(post: Post, *, by: Caller) -> None:
    """A person says no. It stays in the history."""
    require_owner(post, by, Scope.DRAFT)
    _decide(post, Post.State.DISCARDED, by)
    post.refresh_from_db()


def reword(post: Post, *, text: str, alt_texts: Mapping[UUID, str], by: Caller) -> None:
    """Change the words of a draft, or of what was undone. `alt_texts` by the id of the post's items (PostAsset)."""
    require_owner(post, by, Scope.DRAFT)
    if not may_be_reworded(post):
        raise NotPossible(NO_DRAFT)
    for channel in _left(post):
        if problem := too_long(text, limits_of(channel.platform)):
            raise NotPossible(f"{channel}: {problem}")
    with transaction.atomic():
        if not _hold_open(post):
            raise NotPossible(NO_DRAFT)
        Post.objects.filter(pk=post.pk).update(text=text.strip(), **ONES_OWN_WORDS)
        for item, alt_text in alt_texts.items():
            post.items.filter(pk=item).update(alt_text=alt_text.strip())
        post.refresh_from_db()
        if post.state == Post.State.APPROVED:  # a part of it is out, or on its way, with the words of before
            for delivery in _undone(post):
                ledger.moved(delivery, Kind.HUMAN, f"{by} changed its words.", post=post)


# Whoever types does not wait for a captioner any more: whatever it answers is kept, and changes nothing.
ONES_OWN_WORDS: dict[str, Any] = {
    "wants_words": Post.Words.THERE,
    "wordless_because": "",
    "fence": F("fence") + 1,
    "leased_until": None,
}


def may_be_approved(post: Post) -> bool:
    """Whether it waits for a person's yes. Not while its words are being written."""
    return may_be_reworded(post) and not post.is_described


def may_be_reworded(post: Post) -> bool:
    """Whether it waits for a person, or the part of it does that was undone while another was out already."""
    if post.state == Post.State.APPROVED:
        return any(each.undone_at and each.channel_id for each in post.deliveries.all())
    return post.state == Post.State.DRAFT


def _undone(post: Post) -> QuerySet[Delivery]:
    """What nobody has approved again. Once a person has, the row says no more that it was undone."""
    return Delivery.objects.filter(post=post.pk, undone_at__isnull=False, channel__isnull=False)


def _left(post: Post) -> QuerySet[Channel]:
    """The channels that a yes would be for: never one that has it, or may have it."""
    if post.state != Post.State.APPROVED:
        return post.channels.all()
    return Channel.objects.filter(pk__in=_undone(post).values("channel"))


def _take(post: Post, channels: list[Channel], by: Caller) -> None:
    """For this yes alone: of two who approve the same, one wins."""
    undone = _undone(post)
    if post.state != Post.State.APPROVED:
        _decide(post, Post.State.APPROVED, by)
        undone.update(undone_at=None)
    elif undone.filter(channel__in=channels).update(undone_at=None) != len(channels):
        raise NotPossible(DECIDED)
    post.refresh_from_db()  # as whoever we waited for has left its words


def _hold_open(post: Post) -> bool:
    """Whether it may still be changed: then nobody approves it until the transaction ends."""
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT)
    return bool(drafts.update(state=Post.State.DRAFT) or _undone(post).update(undone_at=F("undone_at")))


def _decide(post: Post, state: Post.State, by: Caller) -> None:
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT)
    if state == Post.State.APPROVED:
        drafts = drafts.filter(wants_words=Post.Words.THERE)
    if not drafts.update(state=state, decided_by=by.person_id, decided_at=clock.now()):
        raise NotPossible(DECIDED)


def _deliver(post: Post, channel: Channel, by: Caller, wait: dt.timedelta | None) -> Delivery:
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
    who = "Approved by its watch" if by is MACHINE else f"Approved by {by}"
    ledger.moved(
        delivery,
        Kind.DECISION,
        f"{who}. It goes to {delivery.channel_name}.",
        changed=SAID,
        post=post,
        content_hash=delivery.content_hash,
    )
    return delivery
