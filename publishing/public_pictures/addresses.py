"""Where a platform can fetch a picture from us: an address that cannot be guessed, signed, per attempt, expiring.

Either under PUBLIC_URL, or in a bucket of the operator's when this machine cannot be reached from outside.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from media import blobs, buckets
from media.models import Blob
from media.reasons import BytesMissing
from media.storage import Missing
from outbox.reasons.gate import AnotherWorker
from poster.errors import Unavailable
from publishing.models import Delivery
from publishing.posts.frozen_pictures import renditions_of

# Meta fetches the picture itself, sometimes minutes later: the address must outlive the container (24 h).
LIFE = dt.timedelta(hours=25)
SALT = "publishing.picture"
PROBE, PROBE_LIFE = "probe", dt.timedelta(minutes=10)


def reachable() -> bool:
    """Whether platforms can fetch a picture from here at all. In the sandbox's world, any address will do."""
    if settings.BUCKET_URL:
        return True
    return bool(settings.PUBLIC_URL) and (bool(settings.REMOTE_ROOT) or _public(settings.PUBLIC_URL))


def _public(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ipaddress.ip_address(host).is_global
    except ValueError:
        return parts.scheme == "https" and "." in host and not host.endswith((".local", ".localhost", ".internal"))


def address_of(delivery: Delivery, position: int) -> str:
    """An address of one of its pictures for this attempt alone (the fence tells attempts apart)."""
    if settings.BUCKET_URL:
        blob = shown(delivery, position)
        with blobs.storage(blob.place).local(blob.key) as path:
            return buckets.put(path, _new_name(delivery, position))
    return f"{settings.PICTURES_URL or settings.PUBLIC_URL}{reverse('picture', args=[token(delivery, position)])}"


def token(delivery: Delivery, position: int) -> str:
    """What opens one of its pictures, for this attempt."""
    return signing.dumps([str(delivery.pk), position, delivery.fence], salt=SALT)


def shown(delivery: Delivery, position: int) -> Blob:
    """The very bytes that were made for it, and no others. Raises Missing while they are not here, or no longer."""
    made = dict(enumerate(zip(renditions_of(delivery), delivery.renditions, strict=False)))
    blob, noted = made.get(position, (None, None))
    if blob is None or noted is None or blob.sha256 != noted["sha256"]:
        raise Missing(BytesMissing())
    return blob


def _new_name(delivery: Delivery, position: int) -> str:
    """What a picture is called in the bucket, for this attempt alone, and noted before it lies there.

    By chance, and not by a count: nobody guesses it, and no attempt has it again, not even of a database that was put
    back. Raises Unavailable when somebody else has taken the delivery meanwhile.
    """
    name = f"{delivery.pk}/{secrets.token_hex(16)}-{position}.jpg"
    if not delivery.swap(laid=[*delivery.laid, name]):
        raise Unavailable(AnotherWorker())
    return name


def withdraw(delivery: Delivery) -> None:
    """After the end of a delivery nothing of it stays in the bucket. (Our own addresses end with the delivery.)

    Only what was there when the row was read: what another attempt lays down meanwhile is its own.
    """
    if settings.BUCKET_URL:
        for name in delivery.laid:
            buckets.drop(name)


def probe() -> str:
    """The token of an address that shows a grey pixel, to try whether crawlers would get a picture."""
    return signing.dumps(PROBE, salt=SALT)


def is_probe(token: str) -> bool:
    """Whether this is one that we made lately."""
    try:
        return bool(signing.loads(token, salt=SALT, max_age=PROBE_LIFE) == PROBE)
    except signing.BadSignature:
        return False


def read(token: str) -> tuple[UUID, int]:
    """The delivery and position that an address stands for. Raises signing.BadSignature when forged or too old."""
    delivery, position, _fence = signing.loads(token, salt=SALT, max_age=LIFE)
    return UUID(delivery), int(position)
