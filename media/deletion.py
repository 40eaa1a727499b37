"""Taking assets out for good: their bytes first."""

from __future__ import annotations

from media import blobs
from poster.row_removal import Rows, remove_rows


def remove_assets(batch: Rows) -> None:
    for asset in batch:
        blobs.forget(asset.pk)
    remove_rows(batch)
