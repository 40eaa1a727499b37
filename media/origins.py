"""An asset's bytes, whoever brought it: here, or brought again.

An app registers its origin in `Manifest.origins`: {name: function}. The function is given the asset and the file to
write, and returns the sha256 of what it wrote. It raises what its source raises (`poster.errors`).
"""

from __future__ import annotations

from pathlib import Path

from media import spool
from media.models import Asset
from media.reasons import ChangedSince, NotHere
from poster.errors import Refused
from poster.manifests import origins
from poster.work import space


def bytes_of(asset: Asset) -> Path:
    """The original's bytes; brought again, and verified to be the same, when they were dropped meanwhile.

    Raises Refused when nobody has these very bytes any more, NoRoom when the disk is too full to take them.
    """
    path = spool.original(asset.pk)
    if path.exists():
        return path
    again = origins().get(asset.origin)
    if again is None:
        raise Refused(NotHere(name=asset.name))
    space.check(asset.size)
    if again(asset, path) != asset.sha256:
        path.unlink()
        raise Refused(ChangedSince(name=asset.name))
    Asset.objects.filter(pk=asset.pk).update(in_spool=True)
    return path
