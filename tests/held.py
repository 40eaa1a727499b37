"""Bytes that an install of a test holds: laid down with their rows, and where they lie."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from media import blobs
from media.images import FOR_MODEL, Recipe
from media.models import Asset, Blob
from media.renditions import digest
from outbox.delivering import Laid, prepare, publish, ready
from publishing.models import Delivery
from publishing.posts.frozen_pictures import renditions_of

SHOWN = Recipe(max_width=320, max_height=320)
PLAIN = {"width": 320, "height": 320, "changed": "", "ai_mark": "", "impression": "", "fingerprint": ""}


def hold(asset: Asset, content: bytes = b"bytes", purpose: str = "original", recipe: Recipe | None = None) -> Blob:
    """These bytes, as it came, or as if they were made of it."""
    made_to = recipe or (FOR_MODEL if purpose == Blob.Purpose.FOR_MODEL else None)
    name = digest(made_to, asset.ai_mark) if made_to else ""
    columns: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest(), "mime": "image/jpeg", "facts": PLAIN}
    blob = Blob(owner_id=asset.owner_id, asset=asset, purpose=purpose, recipe=name, **columns)
    with blobs.scratch(asset.pk) as folder:
        path = folder / "made"
        path.write_bytes(content)
        return blobs.keep(blobs.lay(path, blob))


def show(delivery: Delivery, content: bytes = b"bytes") -> Blob:
    """The delivery shows the first picture of its post, made already to be these bytes."""
    asset = delivery.post.assets.get()
    blob = Blob.objects.filter(asset=asset, purpose="rendition").first()
    if blob:
        blobs.drop([blob])
    blob = hold(asset, content, "rendition", SHOWN)
    delivery.media = [{"asset": str(asset.pk), "sha256": asset.sha256, "alt_text": "", "recipe": asdict(SHOWN)}]
    delivery.renditions = [{"sha256": blob.sha256, "impression": "", "fingerprint": "", "ai_mark": ""}]
    delivery.save(update_fields=["media", "renditions"])
    return blob


def where(blob: Blob) -> Path:
    """The file of a blob."""
    return Path(settings.SPOOL) / blob.key


def original(asset: Asset | UUID) -> Path:
    """Where the bytes of an asset lie as they came."""
    return where(Blob.objects.get(asset=asset, purpose="original"))


def for_model(asset: Asset) -> Path:
    """Where the copy for a model lies; of several, the last one."""
    return where(Blob.objects.filter(asset=asset, purpose="for_model").latest("created_at"))


def rendition(delivery: Delivery, position: int = 0) -> Path:
    """Where a picture of a delivery lies as it goes out."""
    blob = renditions_of(delivery)[position]
    assert blob is not None
    return where(blob)


def is_held(asset: Asset | UUID, purpose: str = "original") -> bool:
    """Whether a row says so."""
    return Blob.objects.filter(asset=asset, purpose=purpose).exists()


def files(asset_id: UUID | str = "") -> list[Path]:
    """All files that lie there, of one asset or of all."""
    return sorted(Path(settings.SPOOL).glob(f"{asset_id}*"))


def lay_down(row: Delivery) -> None:
    """The first half of a taking, whose lease the caller holds: what is ready is written down, and not shown."""
    laid = prepare(row)
    if isinstance(laid, Laid):
        laid.keeper.pay()


def deliver(row: Delivery) -> None:
    """A whole taking, as far as it goes."""
    laid = ready(row)
    if isinstance(laid, Laid):
        publish(row, laid)
