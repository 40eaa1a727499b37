"""Bytes that have just come: looked at in a child process, and laid down with what is made of every picture."""

from __future__ import annotations

import hashlib
from pathlib import Path

from media import blobs, images, renditions
from media.images import FOR_MODEL, THUMBNAIL, Picture, TakenIn
from media.models import Asset, Blob


def take_in(path: Path, asset: Asset, sha256: str) -> tuple[Picture, list[Blob]]:
    """What the picture at `path` is like, and its files: laid down, but in no row yet (`blobs.replace`).

    The asset need not be saved: its id, owner and name count. `path` is taken out of its folder, which has room for
    more. Raises BadPicture, and Unavailable when it cannot be laid down.
    """
    taken = images.take_in(path, asset.name, for_model=_for_model(path), thumbnail=_thumbnail(path))
    return taken.picture, _laid(path, path, asset, taken, sha256)


def take_in_clean(path: Path, asset: Asset) -> tuple[Picture, list[Blob]]:
    """The same of what a person uploads: kept is what is left without places, cameras and people (`cleaning`).

    The first of the files is that, with its own checksum and size.
    """
    clean = path.with_name("clean")
    taken = images.take_in(path, asset.name, for_model=_for_model(path), thumbnail=_thumbnail(path), clean=clean)
    with clean.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return taken.picture, _laid(path, clean, asset, taken, sha256)


def _for_model(path: Path) -> Path:
    return path.with_name("for_model")


def _thumbnail(path: Path) -> Path:
    return path.with_name("thumbnail")


def _laid(path: Path, original: Path, asset: Asset, taken: TakenIn, sha256: str) -> list[Blob]:
    made = (
        (_for_model(path), Blob.Purpose.FOR_MODEL, FOR_MODEL, taken.for_model),
        (_thumbnail(path), Blob.Purpose.THUMBNAIL, THUMBNAIL, taken.thumbnail),
    )
    mark = taken.picture.ai_mark
    small = [
        renditions.laid(file, asset, rendition, purpose=purpose, recipe=renditions.digest(recipe, mark))
        for file, purpose, recipe, rendition in made
    ]
    columns = {"mime": taken.picture.mime, "sha256": sha256}
    row = Blob(owner_id=asset.owner_id, asset=asset, purpose=Blob.Purpose.ORIGINAL, **columns)
    return [blobs.lay(original, row), *small]
