"""The pictures of a delivery as they go out. Once a byte of one was sent, only exactly those bytes go on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from media import images, spool
from media.images import BadPicture, Recipe
from media.models import Asset
from media.origins import bytes_of
from outbox import ledger, staging
from outbox.ledger import Kind
from outbox.ledger_statements import STAGED
from outbox.reasons.gate import AnotherWorker
from poster import clock
from poster.errors import Unavailable
from publishing.models import Delivery
from publishing.platforms import Part
from publishing.posts.text_limits import limits_of
from publishing.public_pictures import addresses
from publishing.reasons.gate import OtherBytes
from publishing.reasons.sending import BytesMissing

BEAT = 60.0  # seconds: so often whoever is read from says that its worker lives
State = Delivery.State


def parts(delivery: Delivery) -> tuple[Part, ...]:
    """Its pictures, made if they are not there. Raises BadPicture, or what fetching their bytes again raises."""
    known, beat = _made(delivery), _heartbeat(delivery)
    asks = limits_of(delivery.platform, delivery.form).needs_address
    return tuple(
        Part(
            mime=made["mime"],
            size=made["bytes"],
            sha256=made["sha256"],
            width=made["width"],
            height=made["height"],
            read=partial(_read, spool.rendition(delivery.pk, position), beat),
            alt_text=frozen["alt_text"],
            address=partial(addresses.address_of, delivery, position) if asks else None,
        )
        for position, (made, frozen) in enumerate(zip(known, delivery.media, strict=True))
    )


def says_ai(delivery: Delivery) -> bool:
    """Whether one of its pictures says that it was made with AI."""
    return any(made["ai_mark"] for made in delivery.renditions)


def _made(delivery: Delivery) -> list[dict[str, Any]]:
    paths = [spool.rendition(delivery.pk, position) for position in range(len(delivery.media))]
    known: list[dict[str, Any]] = delivery.renditions
    if len(known) == len(paths) and all(_still(delivery, *each) for each in zip(known, paths, strict=True)):
        return known
    others = list(_with_nothing_yet(delivery))
    assets = {item["asset"] for item in delivery.media}
    try:
        made = _make([delivery, *others], assets)
    except BadPicture:  # it may be that it cannot be made for another one of them
        if not others:
            raise
        others, made = [], _make([delivery], assets)
    _keep(delivery, made[delivery.pk])
    for other in others:
        if len(made[other.pk]) == len(other.media):
            Delivery.objects.filter(pk=other.pk, renditions=[]).update(renditions=made[other.pk])
    return made[delivery.pk]


def _with_nothing_yet(delivery: Delivery) -> QuerySet[Delivery]:
    """The others of its post: each picture is decoded once for all. Two workers that meet here make the same bytes."""
    same = Delivery.objects.filter(post=delivery.post_id, state=State.QUEUED, renditions=[])
    return same.exclude(Q(pk=delivery.pk) | Q(media=[]))


def _still(delivery: Delivery, known: dict[str, Any], path: Path) -> bool:
    """Whether the file is what the row says; to the byte, where some of it may have been sent already."""
    if "ai_mark" not in known or not path.exists():
        return False
    if not staging.begun(delivery) or delivery.state != State.QUEUED:
        return True
    with path.open("rb") as file:
        return bool(hashlib.file_digest(file, "sha256").hexdigest() == known["sha256"])


def _keep(delivery: Delivery, made: list[dict[str, Any]]) -> None:
    before, after = ([each["sha256"] for each in all_of] for all_of in (delivery.renditions, made))
    anew = staging.begun(delivery) and before != after
    begin = {**staging.NOTHING, "state": State.QUEUED} if anew else {}
    with transaction.atomic():
        kept = delivery.swap(renditions=made, **begin)
        if kept and anew:
            ledger.moved(delivery, Kind.DECISION, OtherBytes(), changed=STAGED)
    if not kept:
        raise Unavailable(AnotherWorker())


def _make(deliveries: list[Delivery], assets: set[str]) -> dict[UUID, list[dict[str, Any]]]:
    """What each of them shows of these pictures, in its order."""
    made: dict[tuple[UUID, int], dict[str, Any]] = {}
    for asset in Asset.objects.filter(pk__in=assets):
        pieces = {
            (each.pk, position): (spool.rendition(each.pk, position), Recipe(**item["recipe"]))
            for each in deliveries
            for position, item in enumerate(each.media)
            if item["asset"] == str(asset.pk)
        }
        renditions = images.make_renditions(bytes_of(asset), list(pieces.values()), name=asset.name)
        made |= zip(pieces, map(asdict, renditions), strict=True)
    places = {each.pk: [(each.pk, at) for at in range(len(each.media))] for each in deliveries}
    return {pk: [made[place] for place in in_order if place in made] for pk, in_order in places.items()}


def _read(path: Path, beat: Callable[[], None], offset: int, length: int) -> bytes:
    beat()
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except OSError:
        raise Unavailable(BytesMissing()) from None


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
