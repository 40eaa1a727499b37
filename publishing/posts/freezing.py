"""What exactly goes out, fixed at approval: every attempt of a delivery sends these words and this picture.

`Delivery.media` holds, per picture: {"asset", "sha256" of the original, "alt_text", "recipe"}. A rendition is made
from the original with the recipe when it is needed, and made again the same way when its file is gone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from media import images, spool
from media.images import Recipe, Rendition
from publishing.models import Delivery, Post
from publishing.platforms import Limits, Medium
from publishing.posts.fitting import fit
from publishing.posts.text_limits import limits_of
from watches.fetching import bytes_of
from watches.models import Asset
from writing.caption_cleanup import cut


def freeze(post: Post, platform: str) -> dict[str, Any]:
    """The frozen columns of a delivery of this post to this platform."""
    limits = limits_of(platform)
    text = fit(post.text, (), limits)
    media = [
        {
            "asset": str(item.asset_id),
            "sha256": item.asset.sha256,
            "alt_text": cut(item.alt_text, limits.alt_text),
            "recipe": asdict(recipe(limits, post.fit)),
        }
        for item in post.items.select_related("asset")
    ]
    return {"text": text, "media": media, "content_hash": content_hash(text, media)}


def recipe(limits: Limits, fit_by: str) -> Recipe:
    """How a picture has to be made for this platform, as the watch wants it when its shape does not fit."""
    return Recipe(
        min_ratio=limits.min_ratio,
        max_ratio=limits.max_ratio,
        fit="crop" if fit_by == "crop" else "pad",
        min_width=limits.min_width,
        max_width=limits.max_width,
        max_height=limits.max_height,
        max_bytes=limits.max_bytes,
    )


def content_hash(text: str, media: list[dict[str, Any]]) -> str:
    """One number for what goes out."""
    return hashlib.sha256(json.dumps([text, media], sort_keys=True).encode()).hexdigest()


def renditions(delivery: Delivery) -> list[Medium]:
    """The pictures as they go out, as files. Raises BadPicture, or what fetching the bytes again raises."""
    paths = [spool.rendition(delivery.pk, position) for position in range(len(delivery.media))]
    made = delivery.renditions
    if not made or not all("ai_mark" in known for known in made) or not all(path.exists() for path in paths):
        made = [asdict(_make(item, path)) for item, path in zip(delivery.media, paths, strict=True)]
        delivery.swap(renditions=made)
    return [
        Medium(
            path,
            known["mime"],
            known["width"],
            known["height"],
            known["sha256"],
            alt_text=item["alt_text"],
            ai_mark=known["ai_mark"],
        )
        for path, known, item in zip(paths, made, delivery.media, strict=True)
    ]


def _make(item: dict[str, Any], out: Path) -> Rendition:
    asset = Asset.objects.with_stream().get(pk=item["asset"])
    return images.make_rendition(bytes_of(asset), out, Recipe(**item["recipe"]), name=asset.name)


def held_bytes(owner_id: UUID) -> int:
    """Of one person's pictures as they are to go out."""
    rows = Delivery.objects.filter(owner_id=owner_id).unfinished().exclude(renditions=[])
    return sum(each["bytes"] for renditions in rows.values_list("renditions", flat=True) for each in renditions)
