"""Taking assets out for good: their bytes first."""

from __future__ import annotations

from media import spool
from poster.row_removal import Rows, remove_rows


def remove_assets(batch: Rows) -> None:
    for asset in batch:
        spool.drop_all(asset.pk)
    remove_rows(batch)
