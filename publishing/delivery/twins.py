"""The same picture to the same channel again: was it there lately, or is it on its way there already?

Compared is what would be published: the originals' and the renditions' checksums, and what people see of both. A
delivery whose rendition is not made yet is told by its originals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Q

from media.images import may_resemble, resembles
from media.models import Asset
from poster import clock
from publishing.models import Delivery, Post
from publishing.querysets import DeliveryQuerySet

GUARD = dt.timedelta(days=7)
State = Delivery.State
OUT = State.out_or_maybe()
LOOKS = ("sha256", "fingerprint", "impression")
Picture = tuple[str, str, str]  # sha256, fingerprint and impression; any may be empty
SEEN = tuple(f"post__assets__{name}" for name in LOOKS)


class Sight:
    """What is known of some pictures: checksums, and what people see of them."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        known = list(pictures)
        self.sums = frozenset(sha256 for sha256, _, _ in known if sha256)
        self.looks = frozenset((fingerprint, colours) for _, fingerprint, colours in known if fingerprint and colours)
        self._numbers = [(int(look[0], 16), look) for look in self.looks]

    @classmethod
    def of(cls, assets: Iterable[Asset]) -> Self:
        """Of pictures as they came."""
        return cls(_pictures(assets))

    def has(self, picture: Picture) -> bool:
        """Is that, for people, one of these? Asked of thousands: what tells most of them apart comes first."""
        sha256, fingerprint, colours = picture
        if sha256 and sha256 in self.sums:
            return True
        if not fingerprint or not colours:
            return False
        bits = int(fingerprint, 16)
        return any(may_resemble(mine, bits) and resembles(look, (fingerprint, colours)) for mine, look in self._numbers)


@dataclass(frozen=True, slots=True)
class Twin:
    """A delivery of the same picture. `is_out`: it went out, or may have; else it is on its way."""

    pk: UUID
    owner_id: UUID
    channel_name: str
    is_out: bool


def twin_of(delivery: Delivery) -> Twin | None:
    """The one that this delivery has to wait for.

    Of two that meet, the elder goes: else each would wait for the other. Asked again of the same object, only what
    may be another answer by now is compared (`Delivery.compared`): what was out the first time stays what it is.
    """
    elder = Q(created_at__lt=delivery.created_at) | Q(created_at=delivery.created_at, pk__lt=delivery.pk)
    first = Q(committed_at__isnull=False) | elder
    originals = Asset.objects.filter(posts=delivery.post_id).only("pk", *LOOKS)
    sight = Sight([*_pictures(originals), *_made(delivery.renditions)])
    asked, before = delivery.compared
    known = before if asked == (sight.sums, sight.looks) else frozenset[UUID]()
    compared = set(known)
    for rows in lately_to([delivery.channel_id]):
        others = rows.filter(first).exclude(pk=delivery.pk)
        if known:
            others = others.filter(pk__in=set(others.values_list("pk", flat=True)) - known)
        if twin := next(_same(sight, others, compared), None):
            return twin
    delivery.compared = (sight.sums, sight.looks), frozenset(compared)
    return None


def twins_of(pictures: Iterable[Asset], channels: list[UUID | None]) -> Iterator[Twin]:
    """Deliveries of the same pictures to these channels."""
    sight = Sight.of(pictures)
    return (twin for rows in lately_to(channels) for twin in _same(sight, rows, set()))


def waiting_twin(pictures: Iterable[Asset], owner_id: UUID, channels: list[UUID | None]) -> bool:
    """Does a draft of this person, to one of these channels, show the same picture?"""
    drafts = Post.objects.waiting().filter(owner_id=owner_id, channels__in=channels)
    rows = drafts.order_by().values_list(*(f"assets__{name}" for name in LOOKS)).distinct()
    sight = Sight.of(pictures)
    return any(sight.has(_whole(row)) for row in rows.iterator())


def lately_to(channels: list[UUID | None]) -> list[DeliveryQuerySet]:
    """Deliveries to these channels that went out in the last days, or may have, or will within as many.

    One question for each index; together they would read all that ever went there.
    """
    then, rows = clock.now() - GUARD, Delivery.objects.filter(channel__in=channels).order_by()
    return [
        rows.filter(state__in=State.held_up(), due_at__lt=clock.now() + GUARD),
        rows.filter(state__in=OUT, created_at__gt=then),
        rows.filter(state__in=OUT, committed_at__gt=then, created_at__lte=then),
    ]


def _same(sight: Sight, rows: DeliveryQuerySet, compared: set[UUID]) -> Iterator[Twin]:
    """Those that show one of these. Into `compared` come others that are out, and so will show no other picture."""
    known = rows.values_list("pk", "state", "renditions", *SEEN).iterator(chunk_size=2000)
    for pk, state, renditions, *original in known:
        if sight.has(_whole(original)) or any(map(sight.has, _made(renditions))):
            owner_id, name = Delivery.objects.values_list("owner_id", "channel_name").get(pk=pk)
            yield Twin(pk, owner_id, name, state in OUT)
        elif state in OUT:
            compared.add(pk)


def _whole(row: Sequence[str | None]) -> Picture:
    sha256, fingerprint, impression = row
    return sha256 or "", fingerprint or "", impression or ""


def _pictures(assets: Iterable[Asset]) -> Iterator[Picture]:
    return ((asset.sha256, asset.fingerprint, asset.impression) for asset in assets)


def _made(renditions: list[dict[str, Any]]) -> Iterator[Picture]:
    return ((known["sha256"], known.get("fingerprint", ""), known.get("impression", "")) for known in renditions)
