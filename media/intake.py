"""Bytes that have just come: looked at in a child process, and laid down with what is made of every picture."""

from __future__ import annotations

from pathlib import Path

from media import blobs, images, renditions
from media.images import FOR_MODEL, THUMBNAIL, Picture
from media.models import Asset, Blob


def take_in(path: Path, asset: Asset, sha256: str) -> tuple[Picture, list[Blob]]:
    """What the picture at `path` is like, and its files: laid down, but in no row yet (`blobs.replace`).

    The asset need not be saved: its id, owner and name count. `path` is taken out of its folder, which has room for
    more. Raises BadPicture, and Unavailable when it cannot be laid down.
    """
    for_model, thumbnail = path.with_name("for_model"), path.with_name("thumbnail")
    taken = images.take_in(path, asset.name, for_model=for_model, thumbnail=thumbnail)
    made = (
        (for_model, Blob.Purpose.FOR_MODEL, FOR_MODEL, taken.for_model),
        (thumbnail, Blob.Purpose.THUMBNAIL, THUMBNAIL, taken.thumbnail),
    )
    mark = taken.picture.ai_mark
    laid = [
        renditions.laid(file, asset, rendition, purpose=purpose, recipe=renditions.digest(recipe, mark))
        for file, purpose, recipe, rendition in made
    ]
    columns = {"mime": taken.picture.mime, "sha256": sha256}
    original = Blob(owner_id=asset.owner_id, asset=asset, purpose=Blob.Purpose.ORIGINAL, **columns)
    return taken.picture, [blobs.lay(path, original), *laid]
