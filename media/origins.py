"""An asset's bytes, whoever brought it: here, or brought again.

An app registers its origin in `Manifest.origins`: {name: function}. The function is given the asset and the file to
write, and returns the sha256 of what it wrote. It raises what its source raises (`poster.errors`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from media import blobs
from media.models import Asset, Blob
from media.reasons import ChangedAtItsOrigin, NobodyHasIt, OnlyCopyMissing
from poster.errors import Refused, Unavailable
from poster.manifests import origins
from poster.work import space


@contextmanager
def original(asset: Asset) -> Iterator[Path]:
    """Inside the block, a file with the bytes as they came; brought again, and verified, when we hold them no more.

    Raises Refused when nobody has these very bytes any more, NoRoom when the disk is too full to take them, and
    Unavailable when they were here alone and are not where they were put.
    """
    blob = _original(asset)
    with blobs.storage(blob.place).local(blob.key) as path:
        yield path


def _original(asset: Asset) -> Blob:
    known = Blob.objects.filter(owner=asset.owner_id, asset=asset, purpose=Blob.Purpose.ORIGINAL).first()
    if known and blobs.is_there(known):
        return known
    again = origins().get(asset.origin)
    if again is None:
        raise Unavailable(OnlyCopyMissing(name=asset.name)) if known else Refused(NobodyHasIt(name=asset.name))
    space.check(asset.size)
    return _again(asset, again, known)


def _again(asset: Asset, again: Callable[[Asset, Path], str], lost: Blob | None) -> Blob:
    with blobs.scratch(asset.pk) as folder:
        path = folder / "original"
        if again(asset, path) != asset.sha256:
            raise Refused(ChangedAtItsOrigin(name=asset.name))
        blob = Blob(
            owner_id=asset.owner_id,
            asset=asset,
            purpose=Blob.Purpose.ORIGINAL,
            sha256=asset.sha256,
            mime=asset.mime,
        )
        return blobs.keep(blobs.lay(path, blob), lost)
