"""What exactly goes out, fixed at approval: every attempt of a delivery sends these words and this picture.

`Delivery.media` holds, per picture: {"asset", "sha256" of the original, "alt_text", "recipe"}. A rendition is made
from the original with the recipe, which has the crop, when it is needed (publishing.delivery.renditions).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from media.images import Crop, Recipe
from publishing.models import Post
from publishing.platforms import Json, Label, Limits
from publishing.posts import options
from publishing.posts.fitting import fit
from publishing.posts.labels import labels_of
from publishing.posts.places import Place
from publishing.posts.shapes import in_one_shape
from publishing.posts.text_limits import limits_of
from writing.cutting import cut


def freeze(post: Post, place: Place) -> dict[str, Any]:
    """The frozen columns of a delivery of this post to this place."""
    platform, form = place.channel.platform, place.form(post)
    items = place.shown(post.items.select_related("asset"))
    limits = limits_of(platform, form)
    shape = in_one_shape(limits, items)
    text = fit(place.text(post), (), limits) if limits.text else ""
    media = [
        {
            "asset": str(item.asset_id),
            "sha256": item.asset.sha256,
            "alt_text": cut(item.alt_text, limits.alt_text) if limits.alt_text else "",
            "recipe": recipe(shape, post.fit, item.crop).told,
        }
        for item in items
    ]
    chosen = options.frozen(platform, form, place.chosen)
    ai = Label.AI in labels_of(post, place.channel)
    digest = content_hash(text, media, chosen, made_with_ai=ai)
    return {"text": text, "media": media, "options": chosen, "made_with_ai": ai, "content_hash": digest}


def recipe(limits: Limits, fit_by: str, crop: Crop | None = None) -> Recipe:
    """How a picture has to be made for this platform, as the watch wants it when its shape does not fit.

    `crop`: what a person chose of it; that has to fit then.
    """
    return Recipe(
        min_ratio=limits.min_ratio,
        max_ratio=limits.max_ratio,
        fit="crop" if fit_by == "crop" else "pad",
        min_width=limits.min_width,
        max_width=limits.max_width,
        max_height=limits.max_height,
        max_bytes=limits.max_bytes,
        crop=crop,
    )


def content_hash(text: str, media: Sequence[Any] = (), chosen: Json = None, *, made_with_ai: bool = False) -> str:
    """One number for what goes out. `chosen`: options."""
    content = [text, list(media), chosen or {}, made_with_ai]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
