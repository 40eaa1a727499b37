"""The same picture to the same channel again: was it there lately, or is it on its way there already?

Compared is what would be published: the originals' and the renditions' checksums, and what people see of both. A
delivery whose rendition is not made yet is told by its originals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Q

from poster import clock
from publishing.models import Delivery, Post
from publishing.querysets import DeliveryQuerySet
from watches.images import resembles
from watches.models import Asset

GUARD = dt.timedelta(days=7)
State = Delivery.State
OUT = (State.PUBLISHING, State.CHECKING, State.NEEDS_YOU, State.PUBLISHED)  # or maybe out
COMING = (State.QUEUED, State.PREPARED, State.BLOCKED)
LOOKS = ("sha256", "fingerprint", "impression")
SEEN = tuple(f"post__assets__{name}" for name in LOOKS)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of pictures: checksums, and pairs of fingerprint and impression."""

    sums: frozenset[str]
    looks: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, pictures: Iterable[tuple[str, str, str]]) -> Self:
        """Each is a sha256, a fingerprint and an impression; any may be empty."""
        known = list(pictures)
        looks = {(fingerprint, colours) for _, fingerprint, colours in known if fingerprint and colours}
        return cls(frozenset(sha256 for sha256, _, _ in known if sha256), frozenset(looks))

    def same_as(self, other: Self) -> bool:
        """Is one of these pictures, for people, one of those?"""
        if self.sums & other.sums:
            return True
        return any(resembles(one, another) for one in self.looks for another in other.looks)


@dataclass(frozen=True, slots=True)
class Twin:
    """A delivery of the same picture. `is_out`: it went out, or may have; else it is on its way."""

    pk: UUID
    owner_id: UUID
    channel_name: str
    is_out: bool


def twin_of(delivery: Delivery) -> Twin | None:
    """The one that this delivery has to wait for.

    Of two that meet, the elder goes: else each would wait for the other.
    """
    elder = Q(created_at__lt=delivery.created_at) | Q(created_at=delivery.created_at, pk__lt=delivery.pk)
    first = Q(committed_at__isnull=False) | elder
    sight = Sight.of([*_originals(delivery.post), *_made(delivery.renditions)])
    others = (rows.filter(first).exclude(pk=delivery.pk) for rows in lately_to([delivery.channel_id]))
    return next(_same(sight, others), None)


def twins_of(post: Post, channels: list[UUID | None]) -> Iterator[Twin]:
    """Deliveries of other posts with the same picture, to these channels."""
    return _same(Sight.of(_originals(post)), (rows.exclude(post=post.pk) for rows in lately_to(channels)))


def waiting_twin(post: Post, channels: list[UUID | None]) -> bool:
    """Does another draft, to one of these channels, show the same picture?"""
    drafts = Post.objects.waiting().filter(owner_id=post.owner_id, channels__in=channels).exclude(pk=post.pk)
    rows = drafts.order_by().values_list(*(f"assets__{name}" for name in LOOKS)).distinct()
    sight = Sight.of(_originals(post))
    return any(sight.same_as(Sight.of([row])) for row in rows.iterator())


def lately_to(channels: list[UUID | None]) -> list[DeliveryQuerySet]:
    """Deliveries to these channels that went out in the last days, or may have, or will within as many.

    One question for each index; together they would read all that ever went there.
    """
    then, rows = clock.now() - GUARD, Delivery.objects.filter(channel__in=channels).order_by()
    return [
        rows.filter(state__in=COMING, due_at__lt=clock.now() + GUARD),
        rows.filter(state__in=OUT, created_at__gt=then),
        rows.filter(state__in=OUT, committed_at__gt=then),
    ]


def _same(sight: Sight, others: Iterable[DeliveryQuerySet]) -> Iterator[Twin]:
    for rows in others:
        known = rows.values_list("pk", "owner_id", "channel_name", "state", "renditions", *SEEN)
        for pk, owner_id, name, state, renditions, *seen in known.iterator():
            if sight.same_as(Sight.of([(seen[0] or "", seen[1] or "", seen[2] or ""), *_made(renditions)])):
                yield Twin(pk, owner_id, name, state in OUT)


def _originals(post: Post) -> Iterator[tuple[str, str, str]]:
    return Asset.objects.filter(posts=post.pk).values_list(*LOOKS).iterator()


def _made(renditions: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    return ((known["sha256"], known.get("fingerprint", ""), known.get("impression", "")) for known in renditions)
