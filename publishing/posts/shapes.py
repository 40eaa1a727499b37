"""In which shapes a platform shows the pictures of a post: the same for what is frozen and for the preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publishing.models import PostAsset
from publishing.platforms import Limits

SLACK = 0.001  # of a ratio: pixels are whole


def in_one_shape(limits: Limits, items: Sequence[PostAsset]) -> Limits:
    """For each picture of these. Where all are cut to the shape of the first, as a person has cropped it, we do it, so
    that it is seen before."""
    if not limits.one_shape or not items:
        return limits
    ratio = min(max(ratio_of(items[0]), limits.min_ratio), limits.max_ratio)
    return replace(limits, min_ratio=ratio * (1 - SLACK), max_ratio=ratio * (1 + SLACK))


def ratio_of(item: PostAsset) -> float:
    """Width / height of what is shown of it, upright; of one whose size is not known, that of a square."""
    width, height = item.size
    return width / height if width and height else 1.0
