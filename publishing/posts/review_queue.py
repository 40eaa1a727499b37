"""What waits for a person, one after the other: the oldest first, and after the last one the first again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q

from accounts.models import User
from publishing.models import Post, PostAsset
from publishing.posts import approval_undo
from publishing.querysets import PostQuerySet

MANY = 100  # counted no further
BEFORE, BEHIND = 8, 30  # that are shown beside one
REMEMBERED = 5  # of what was just decided


@dataclass(frozen=True, slots=True)
class Around:
    """Where one stands among what waits. `number`: from 1; 0 for what does not wait for this person."""

    number: int
    total: int
    earlier: Post | None
    later: Post | None
    beside: list[Post]

    @property
    def said(self) -> str:
        """How many there are."""
        return f"{MANY - 1}+" if self.total >= MANY else str(self.total)


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody has just decided, and may take back. `until`: None as long as nobody does something else."""

    post: Post
    until: dt.datetime | None


def waiting(person: User) -> PostQuerySet:
    """All of it, in its order."""
    return Post.objects.waiting().filter(owner=person).order_by("created_at", "pk")


def after(person: User, post: Post | None) -> Post | None:
    """The next one behind this, else the first; None when nothing waits."""
    rows = waiting(person)
    return (rows.filter(_behind(post)).first() if post else None) or rows.first()


def around(person: User, post: Post) -> Around:
    """Where it stands."""
    rows = waiting(person)
    shown = rows.prefetch_related(Prefetch("items", PostAsset.objects.select_related("asset")))
    before = list(shown.filter(_before(post)).reverse()[:BEFORE])[::-1]
    behind = list(shown.filter(_behind(post))[:BEHIND])
    here = list(shown.filter(pk=post.pk))
    others = [*before, *behind]
    earlier = before[-1] if before else (rows.last() if behind else None)
    later = behind[0] if behind else (rows.first() if before else None)
    number = rows.filter(_before(post)).order_by()[:MANY].count() + 1 if here else 0
    return Around(number, rows.order_by()[:MANY].count(), earlier, later, [*before, *here, *behind] if others else here)


def just_decided(person: User, keys: Iterable[UUID]) -> list[Decided]:
    """Those of these that this person may still take back, in the order in which they are named."""
    found = Post.objects.filter(owner=person).prefetch_related("deliveries", "items").in_bulk(list(keys)[:REMEMBERED])
    posts = [found[key] for key in keys if key in found]
    return [Decided(post, approval_undo.until(post)) for post in posts if approval_undo.may_be_undone(post)]


def _before(post: Post) -> Q:
    return Q(created_at__lt=post.created_at) | Q(created_at=post.created_at, pk__lt=post.pk)


def _behind(post: Post) -> Q:
    return Q(created_at__gt=post.created_at) | Q(created_at=post.created_at, pk__gt=post.pk)
