"""Pictures that are made already: one small file, under as many keys as pictures and recipes ask for."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

from media.blobs import HERE
from media.images import Recipe
from media.models import Blob
from media.renditions import digest
from publishing.models import Delivery

SIDE = 320
FACTS = {"width": SIDE, "height": SIDE, "changed": "", "ai_mark": "", "impression": "", "fingerprint": ""}


@cache
def picture() -> bytes:
    """One small picture that all platforms take."""
    out = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), "tan").save(out, "JPEG", quality=20)
    return out.getvalue()


@cache
def picture_sum() -> str:
    """Its sha256."""
    return hashlib.sha256(picture()).hexdigest()


def noted(delivery: Delivery) -> list[dict[str, str]]:
    """What a delivery keeps of them (`Delivery.renditions`)."""
    return [{"sha256": picture_sum(), "impression": "", "fingerprint": "", "ai_mark": ""} for _ in delivery.media]


def lay_out(deliveries: Iterable[Delivery]) -> list[str]:
    """All their pictures, with their rows. Their keys."""
    asked = {
        (delivery.owner_id, item["asset"], digest(Recipe(**item["recipe"]), ""))
        for delivery in deliveries
        for item in delivery.media
    }
    rows = [_blob(*each) for each in asked]
    Blob.objects.bulk_create(rows, ignore_conflicts=True)
    folder = Path(settings.SPOOL)
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "one.jpg"
    source.write_bytes(picture())
    for row in rows:
        with suppress(FileExistsError):  # shown by others before
            os.link(source, folder / row.key)
    return [source.name, *(row.key for row in rows)]


def _blob(owner: Any, asset: str, recipe: str) -> Blob:  # noqa: ANN401 - the id of a person
    purpose = Blob.Purpose.RENDITION
    content = {"sha256": picture_sum(), "mime": "image/jpeg", "size": len(picture()), "facts": FACTS}
    where = {"place": HERE, "key": f"{asset}-{purpose}-{recipe[:16]}"}
    return Blob(owner_id=owner, asset_id=asset, purpose=purpose, recipe=recipe, **content, **where)


def clear(keys: Iterable[str]) -> None:
    """Nothing stays."""
    for key in keys:
        (Path(settings.SPOOL) / key).unlink(missing_ok=True)
