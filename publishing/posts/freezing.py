"""What exactly goes out, fixed at approval: every attempt of a delivery sends these words and this picture.

`Delivery.media` holds, per picture: {"asset", "sha256" of the original, "alt_text", "recipe"}. A rendition is made
from the original with the recipe when it is needed (publishing.delivery.renditions).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from media.images import Recipe
from publishing.models import Post
from publishing.platforms import Limits, form_of
from publishing.posts.fitting import fit
from publishing.posts.shapes import in_one_shape
from publishing.posts.text_limits import limits_of
from writing.caption_cleanup import cut


def freeze(post: Post, platform: str, placement: str) -> dict[str, Any]:
    """The frozen columns of a delivery of this post to this place of a platform."""
    items = list(post.items.select_related("asset"))
    limits = limits_of(platform, form_of(placement, len(items)))
    shape = in_one_shape(limits, [item.asset for item in items])
    text = fit(post.text, (), limits) if limits.text else ""
    media = [
        {
            "asset": str(item.asset_id),
            "sha256": item.asset.sha256,
            "alt_text": cut(item.alt_text, limits.alt_text) if limits.alt_text else "",
            "recipe": asdict(recipe(shape, post.fit)),
        }
        for item in items
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
