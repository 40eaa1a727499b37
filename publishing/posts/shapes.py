"""In which shapes a platform shows the pictures of a post: the same for what is frozen and for the preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from media.models import Asset
from publishing.platforms import Limits

SLACK = 0.001  # of a ratio: pixels are whole


def in_one_shape(limits: Limits, assets: Sequence[Asset]) -> Limits:
    """For each picture of these. Where all are cut to the shape of the first, we do it, so that it is seen before."""
    if not limits.one_shape or not assets:
        return limits
    ratio = min(max(ratio_of(assets[0]), limits.min_ratio), limits.max_ratio)
    return replace(limits, min_ratio=ratio * (1 - SLACK), max_ratio=ratio * (1 + SLACK))


def ratio_of(asset: Asset) -> float:
    """Width / height, as it stands upright; of one whose size is not known, that of a square."""
    return asset.width / asset.height if asset.width and asset.height else 1.0
