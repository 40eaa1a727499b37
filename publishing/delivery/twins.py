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

from media.images import may_resemble, resembles
from media.models import Asset
from poster import clock
from poster.database import asking
from publishing.models import Delivery, Post
from publishing.querysets import DeliveryQuerySet

GUARD = dt.timedelta(days=7)
State = Delivery.State
OUT, HELD_UP = tuple(State.out_or_maybe()), tuple(State.held_up())
LOOKS = ("sha256", "fingerprint", "impression")
Picture = tuple[str, str, str]  # sha256, fingerprint and impression; any may be empty
SEEN = tuple(f"post__assets__{name}" for name in LOOKS)
_FIRST = """
SELECT id FROM outbox_outgoing WHERE kind = 'post' AND channel_id = %s AND id <> %s
AND (committed_at IS NOT NULL OR created_at < %s OR (created_at = %s AND id < %s))"""
_STATES = {states: f"state IN ({', '.join(['%s'] * len(states))})" for states in (OUT, HELD_UP)}
NEAR = f"""
{_FIRST} AND {_STATES[HELD_UP]} AND due_at < %s UNION ALL
{_FIRST} AND {_STATES[OUT]} AND created_at > %s UNION ALL
{_FIRST} AND {_STATES[OUT]} AND committed_at > %s AND created_at <= %s"""


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
    made = tuple(_made(delivery.renditions))
    asked, before = delivery.compared
    known = before if asked == made else frozenset[UUID]()
    compared, others = set(known), _near(delivery) - known
    if others:
        originals = Asset.objects.filter(posts=delivery.post_id).order_by().only("pk", *LOOKS)
        sight = Sight([*_pictures(originals), *made])
        rows = Delivery.objects.filter(pk__in=others).order_by()
        if twin := next(_same(sight, rows, compared), None):
            return twin
    delivery.compared = made, frozenset(compared)
    return None


def _near(delivery: Delivery) -> set[UUID]:
    """Those that it may have to wait for, whatever they show: the elder ones, and what was marked.

    One question for each index.
    """
    then, soon, made = clock.now() - GUARD, clock.now() + GUARD, delivery.created_at
    theirs = [delivery.channel_id, delivery.pk, made, made, delivery.pk]
    values = [*theirs, *HELD_UP, soon, *theirs, *OUT, then, *theirs, *OUT, then, then]
    return {asking.key(key) for (key,) in asking.rows(NEAR, *values)}


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
        rows.filter(state__in=HELD_UP, due_at__lt=clock.now() + GUARD),
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
