"""Post draft → approved, with one delivery per channel, words and picture frozen into each, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Channel, User
from outbox import ledger
from outbox.ledger import Kind
from outbox.ledger_statements import SAID
from outbox.preflight import UNDO, doubted_from
from poster import clock
from poster.permissions import EVERYTHING, MACHINE, Caller, Door, NotPossible, Scope, require_owner
from poster.reasons import Because, Fact, Reason
from publishing.delivery.post_statements import first_says, says_of
from publishing.models import Delivery, Post
from publishing.posts import labels, queueing
from publishing.posts.fitting import too_long
from publishing.posts.freezing import freeze
from publishing.posts.places import Place, problem_of
from publishing.posts.text_limits import limits_of
from publishing.reasons import posts as why
from publishing.reasons.steps import Approved, ApprovedBySeries, ApprovedByWatch, ChangedItsWords, MadeRoom
from publishing.states import Placement


def approve(post: Post, *, by: Caller, undoable: bool = False, revision: int | None = None) -> list[Delivery]:
    """A person says yes, to the whole or to what was undone of it. Returns the new deliveries.

    Raises NotPossible when it was decided already, has no channel to go to, or is not as they saw it any more.

    `undoable`: in a browser, where a finger may slip. It is not marked for a minute (see `approval_undo`). `revision`:
    which one they saw; None: the one in our hands.
    """
    require_owner(post, by, Scope.PUBLISH)
    return _approve(post, by, UNDO if undoable else None, revision)


def approve_by_watch(post: Post) -> list[Delivery]:
    """The owner's standing order says yes."""
    return _approve(post, MACHINE)


def approve_by_series(post: Post, person: User) -> list[Delivery]:
    """A person's yes to the series is one to each repetition: it is theirs, and needs no other."""
    return _approve(post, Caller(person, Door.MACHINE, EVERYTHING))


def _approve(post: Post, by: Caller, wait: dt.timedelta | None = None, revision: int | None = None) -> list[Delivery]:
    if not may_be_reworded(post):
        raise NotPossible(why.Decided())
    if post.wants_words:
        raise NotPossible(why.BeingWritten() if post.is_described else why.NoWords())
    places = [place for place in left(post) if _is_open(place, post)]
    if not places:
        raise NotPossible(why.NoChannelLeft())
    if problem := next(filter(None, (problem_of(place, post) for place in places)), None):
        raise NotPossible(problem)
    with transaction.atomic():
        _take(post, places, by, post.revision if revision is None else revision)
        made, moved = _rows(post, places, wait)
        _note(post, by, made, moved)  # rows first, lines last
    return made


def _is_open(place: Place, post: Post) -> bool:
    return place.channel.owner_id == post.owner_id and place.channel.state != Channel.State.OFF


def discard(post: Post, *, by: Caller) -> None:
    """A person says no. It stays in the history."""
    require_owner(post, by, Scope.DRAFT)
    _decide(post, Post.State.DISCARDED, by)
    post.refresh_from_db()


def reword(post: Post, *, text: str, alt_texts: Mapping[UUID, str], by: Caller, revision: int | None = None) -> None:
    """Change the words of a draft, or of what was undone. `alt_texts` by the id of the post's items (PostAsset).

    `revision`: the one that was changed; None: the one in our hands. Raises NotPossible when it is not the last.
    """
    require_owner(post, by, Scope.DRAFT)
    if not may_be_reworded(post):
        raise NotPossible(why.NoDraft())
    for place in left(post):
        limits = limits_of(place.channel.platform, place.form(post))
        if place.own_text or not limits.text:
            continue
        if problem := too_long(labels.with_line(text, place.line(post)), limits):
            raise NotPossible(why.AtAPlace(place=str(place.channel), cause=Because(problem)))
    with transaction.atomic():
        hold_open(post, post.revision if revision is None else revision)
        Post.objects.filter(pk=post.pk).update(text=text.strip(), **ONES_OWN_WORDS)
        for item, alt_text in alt_texts.items():
            post.items.filter(pk=item).update(alt_text=alt_text.strip())
        post.refresh_from_db()
        if post.state == Post.State.APPROVED:  # a part of it is out, or on its way, with the words of before
            for delivery in _undone(post):
                ledger.moved(delivery, Kind.HUMAN, ChangedItsWords(by=str(by)), says=says_of(post))


# Whoever types does not wait for a captioner any more: whatever it answers is kept, and changes nothing.
ONES_OWN_WORDS: dict[str, Any] = {
    "wants_words": Post.Words.THERE,
    **Post.wordless_because.columns(None),
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


def left(post: Post) -> list[Place]:
    """The places that a yes would be for: never one that has it, or may have it."""
    chosen = [Place.of(row) for row in post.variants.select_related("channel__credential")]
    if post.state != Post.State.APPROVED:
        return chosen
    undone = set(_undone(post).values_list("channel", "placement"))
    return [place for place in chosen if (place.channel.pk, place.placement) in undone]


def _take(post: Post, places: list[Place], by: Caller, revision: int) -> None:
    """For this yes alone: of two who approve the same, one wins."""
    undone = _undone(post)
    if post.state != Post.State.APPROVED:
        _decide(post, Post.State.APPROVED, by, revision)
        undone.update(undone_at=None)
    else:
        wanted = {(place.channel.pk, place.placement) for place in places}
        rows = [row.pk for row in undone if (row.channel_id, row.placement) in wanted]
        if not Post.objects.filter(pk=post.pk, revision=revision).update(revision=revision):
            raise NotPossible(_why_not(post, revision, why.Decided()))
        if undone.filter(pk__in=rows).update(undone_at=None) != len(places):
            raise NotPossible(why.Decided())
    post.refresh_from_db()  # as whoever we waited for has left its words


def hold_open(post: Post, revision: int) -> None:
    """As it may still be changed, and this is the last revision: nobody approves it until the transaction ends."""
    mine = Post.objects.filter(pk=post.pk, revision=revision)
    held = mine.filter(state=Post.State.DRAFT).update(revision=F("revision") + 1)
    if not held and _undone(post).update(undone_at=F("undone_at")):
        held = mine.update(revision=F("revision") + 1)
    if not held:
        raise NotPossible(_why_not(post, revision, why.NoDraft()))


def _why_not(post: Post, revision: int, otherwise: Reason) -> Reason:
    changed = Post.objects.filter(pk=post.pk, state=post.state).exclude(revision=revision).exists()
    return why.ChangedMeanwhile() if changed else otherwise


def _decide(post: Post, state: Post.State, by: Caller, revision: int | None = None) -> None:
    drafts = Post.objects.filter(pk=post.pk, state=Post.State.DRAFT)
    seen = drafts if revision is None else drafts.filter(revision=revision)
    if not seen.update(state=state, decided_by=by.person_id, decided_at=clock.now()):
        raise NotPossible(why.ChangedMeanwhile() if drafts.exists() else why.Decided())


def _rows(post: Post, places: list[Place], wait: dt.timedelta | None) -> tuple[list[Delivery], list[Delivery]]:
    """A delivery for each place; and those of others that went to a later slot, to make room.

    All places of a channel that go by its queue have one slot of it: the first of them holds it.
    """
    made: list[Delivery] = []
    moved: list[Delivery] = []
    slots: dict[UUID, dt.datetime | None] = {}
    now = clock.now()  # one moment for all that goes at once: people see them as one
    free_from = now + (wait or dt.timedelta())
    for place in sorted(places, key=_in_turn):
        make, channel, planned = _maker(post, place, now, wait), place.channel, place.due_at(post)
        if planned is not None or not post.queue or channel.pk in slots:
            made.append(make(planned or slots.get(channel.pk)))
            continue
        delivery, others = queueing.claim(channel, post.queue, free_from, partial(make, queued=True))
        slots[channel.pk] = delivery.planned_at
        made.append(delivery)
        moved.extend(others)
    return made, moved


def _in_turn(place: Place) -> tuple[UUID, bool]:
    """By channel, so that two who claim slots never wait for each other; the feed of each first."""
    return place.channel.pk, place.placement != Placement.FEED


def _maker(post: Post, place: Place, now: dt.datetime, wait: dt.timedelta | None) -> Callable[..., Delivery]:
    """Makes its delivery, with the time that it is given."""
    free_from = now + (wait or dt.timedelta())
    frozen = freeze(post, place)

    def make(planned: dt.datetime | None, *, queued: bool = False) -> Delivery:
        begin = planned or now
        due_at = max(begin, free_from)
        return Delivery.objects.create(
            owner_id=post.owner_id,
            post=post,
            channel=place.channel,
            channel_name=str(place.channel),
            platform=place.channel.platform,
            placement=place.placement,
            due_at=due_at,
            planned_at=planned,
            queued=queued,
            next_at=begin,
            undo_until=free_from if wait else None,
            latest_at=due_at + dt.timedelta(hours=post.latest_hours),
            restored_at=doubted_from(),
            **frozen,
        )

    return make


def _note(post: Post, by: Caller, made: list[Delivery], moved: list[Delivery]) -> None:
    for delivery in made:
        to = delivery.channel_name
        fact: Fact = Approved(by=str(by), channel=to)
        if by.door is Door.MACHINE:
            fact = ApprovedByWatch(channel=to) if by is MACHINE else ApprovedBySeries(by=str(by), channel=to)
        digest = delivery.content_hash
        says = first_says(delivery, post)
        ledger.moved(delivery, Kind.DECISION, fact, changed=SAID, says=says, content_hash=digest)
    for other in moved:
        ledger.moved(other, Kind.DECISION, MadeRoom(to=other.due_at), changed=("due_at", "planned_at"))
