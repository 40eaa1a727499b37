"""Where picture bytes lie while they are needed, and only then."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings


def _file(name: str) -> Path:
    folder = Path(settings.SPOOL)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def original(asset_id: UUID) -> Path:
    """The bytes as they came."""
    return _file(f"{asset_id}.original")


def thumbnail(asset_id: UUID) -> Path:
    """A small JPEG for the dashboard."""
    return _file(f"{asset_id}.thumb.jpg")


def for_model(asset_id: UUID) -> Path:
    """A JPEG as large as a vision model needs it."""
    return _file(f"{asset_id}.model.jpg")


def rendition(delivery_id: UUID, position: int) -> Path:
    """A picture as it goes out."""
    return _file(f"{delivery_id}-{position}.jpg")


def drop_bytes(asset_id: UUID) -> None:
    """The large files of an asset; the thumbnail stays while somebody may still have to decide."""
    _drop([original(asset_id), for_model(asset_id)])


def drop_all(asset_id: UUID) -> None:
    """Everything of an asset, also what a killed worker left half written."""
    _drop(Path(settings.SPOOL).glob(f"{asset_id}.*"))


def drop_renditions(delivery_id: UUID) -> None:
    """Everything of a delivery."""
    _drop(Path(settings.SPOOL).glob(f"{delivery_id}-*"))


def _drop(files: Iterable[Path]) -> None:
    """All that can be deleted; then raises the OSError of the first that cannot."""
    kept: OSError | None = None
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            kept = kept or error
    if kept:
        raise kept
