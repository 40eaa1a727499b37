"""The pictures of a delivery as they go out. Once a byte of one was sent, only exactly those bytes go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from media import blobs, renditions
from media.images import BadPicture, Recipe
from media.models import Asset, Blob
from media.reasons import BytesMissing
from outbox import ledger, staging
from outbox.crew import alone
from outbox.ledger import Kind
from outbox.ledger_statements import STAGED
from outbox.reasons.gate import AnotherWorker
from poster import clock
from poster.errors import Unavailable
from publishing.models import Delivery
from publishing.platforms import Part
from publishing.posts.frozen_pictures import renditions_of
from publishing.posts.text_limits import limits_of
from publishing.public_pictures import addresses
from publishing.reasons.gate import OtherBytes

BEAT = 60.0  # seconds: so often whoever is read from says that its worker lives
# What a delivery keeps of each of its pictures: which bytes they were, what people saw, and what the file said.
KEPT = ("impression", "fingerprint", "ai_mark")
State = Delivery.State


def parts(delivery: Delivery) -> tuple[Part, ...]:
    """Its pictures, made if they are not there. Raises BadPicture, or what fetching their bytes again raises."""
    made, beat = _made(delivery), _heartbeat(delivery)
    asks = limits_of(delivery.platform, delivery.form).needs_address
    return tuple(
        Part(
            mime=blob.mime,
            size=blob.size,
            sha256=blob.sha256,
            width=blob.facts["width"],
            height=blob.facts["height"],
            read=partial(_read, blob, beat),
            alt_text=frozen["alt_text"],
            address=partial(addresses.address_of, delivery, position) if asks else None,
        )
        for position, (blob, frozen) in enumerate(zip(made, delivery.media, strict=True))
    )


def says_ai(delivery: Delivery) -> bool:
    """Whether one of its pictures says that it was made with AI."""
    return any(made["ai_mark"] for made in delivery.renditions)


def _made(delivery: Delivery) -> list[Blob]:
    there = [blob for blob in renditions_of(delivery) if blob and _still(delivery, blob)]
    if len(there) < len(delivery.media):
        _make(delivery)
        there = [blob for blob in renditions_of(delivery) if blob]
    if len(there) < len(delivery.media):  # its bytes were deleted meanwhile
        raise Unavailable(BytesMissing())
    _note(delivery, there)
    return there


def _still(delivery: Delivery, blob: Blob) -> bool:
    """Whether its file is there; to the byte, where more of it follows what they have. A damaged one is dropped."""
    sends_none = delivery.state != State.QUEUED and not delivery.commit_bytes
    if not staging.begun(delivery) or sends_none:
        return blobs.is_there(blob)
    whole = blobs.is_whole(blob)
    if not whole:
        blobs.drop([blob])
    return whole


def _note(delivery: Delivery, made: list[Blob]) -> None:
    """Which bytes they are, in the row. Other ones than those of which something was sent: it begins anew.

    While nothing was sent, they can be made again, and are written with whatever is; but who fetches them is shown
    those of the row.
    """
    seen = [{"sha256": blob.sha256, **{name: blob.facts[name] for name in KEPT}} for blob in made]
    if seen == delivery.renditions:
        return
    begun = staging.begun(delivery)
    if not begun and not limits_of(delivery.platform, delivery.form).needs_address:
        if not delivery.is_held():
            raise Unavailable(AnotherWorker())
        delivery.note(renditions=seen)
        return
    before, after = ([each["sha256"] for each in all_of] for all_of in (delivery.renditions, seen))
    anew = begun and before != after
    begin = {**staging.NOTHING, "state": State.QUEUED} if anew else {}
    with transaction.atomic():
        kept = delivery.swap(renditions=seen, **begin)
        if kept and anew:
            ledger.moved(delivery, Kind.DECISION, OtherBytes(), changed=STAGED)
    if not kept:
        raise Unavailable(AnotherWorker())


def _make(delivery: Delivery) -> None:
    """Each picture is decoded once for all channels of the post. Two workers that meet here make the same bytes."""
    others = list(_with_nothing_yet(delivery))
    assets = list(Asset.objects.filter(pk__in={item["asset"] for item in delivery.media}))
    try:
        _make_for(assets, [delivery, *others])
    except BadPicture:  # it may be that it cannot be made for another one of them
        if not others:
            raise
        _make_for(assets, [delivery])


def _with_nothing_yet(delivery: Delivery) -> QuerySet[Delivery]:
    same = Delivery.objects.filter(post=delivery.post_id, state=State.QUEUED, renditions=[])
    return same.exclude(Q(pk=delivery.pk) | Q(media=[]))


def _make_for(assets: Iterable[Asset], deliveries: list[Delivery]) -> None:
    items = [item for each in deliveries for item in each.media]
    for asset in assets:
        with alone(asset.pk):
            renditions.made(asset, [Recipe(**item["recipe"]) for item in items if item["asset"] == str(asset.pk)])


def _read(blob: Blob, beat: Callable[[], None], offset: int, length: int) -> bytes:
    beat()
    return blobs.storage(blob.place).read(blob.key, offset, length)


def _heartbeat(delivery: Delivery) -> Callable[[], None]:
    """As long as it is read from, the lease goes on. (Not that of the call that publishes: its end is written down.)"""
    last = clock.steady()

    def beat() -> None:
        nonlocal last
        if delivery.state == State.PUBLISHING or clock.steady() - last < BEAT:
            return
        last = clock.steady()
        if not delivery.extend():
            raise Unavailable(AnotherWorker())

    return beat
