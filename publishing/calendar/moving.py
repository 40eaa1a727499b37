"""One entry of the calendar to another time, and back: by comparing the time that was seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from publishing.models import Delivery, Post
from publishing.posts import due_times
from publishing.reasons.times import TimeChanged, TimeIsOver


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it. `at`: when it goes now; `channels`: where to, empty for a draft."""

    at: dt.datetime
    channels: list[str]


def move(post: Post, *, to: dt.datetime, was: dt.datetime, by: Caller) -> Moved:
    """What of this post goes at `was`, as somebody saw it. Raises NotPossible.

    What goes at the post's own time moves with it; what goes at another one (of its place, of a queue) moves alone.
    """
    require_owner(post, by, Scope.PUBLISH)
    if to < clock.now():
        raise NotPossible(TimeIsOver())
    if post.state == Post.State.DRAFT:
        due_times.plan(post, to=to, was=was, by=by)
        return Moved(to, [])
    rows = list(post.deliveries.filter(due_times.MOVABLE, due_at=was).order_by("pk"))
    if not rows:
        raise NotPossible(TimeChanged())
    moved = _together(post, rows, to=to, was=was, by=by)
    return Moved(moved[0].due_at, [each.channel_name for each in moved])


def _together(post: Post, rows: list[Delivery], *, to: dt.datetime, was: dt.datetime, by: Caller) -> list[Delivery]:
    as_the_post = {each.pk for each in due_times.as_the_post(post)}
    if post.due_at == was and all(each.pk in as_the_post for each in rows):
        return due_times.move_post(post, to=to, was=was, by=by)
    with transaction.atomic():
        for delivery in rows:
            due_times.move(delivery, to=to, was=was, by=by)
    return rows


def movable_at(post: Post) -> dt.datetime | None:
    """When the first of it goes that may still be moved; None when nothing may."""
    if post.state == Post.State.DRAFT:
        return post.due_at
    rows = post.deliveries.filter(due_times.MOVABLE).order_by("due_at")
    return rows.values_list("due_at", flat=True).first()
