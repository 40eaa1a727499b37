"""Taking found files out for good: what was laid down of them first."""

from __future__ import annotations

from media import blobs
from poster.row_removal import Rows, remove_rows


def remove_files(batch: Rows) -> None:
    for file in batch:
        blobs.forget(file.pk)
    remove_rows(batch)
