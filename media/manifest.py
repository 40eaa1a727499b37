"""What this app says about itself."""

from __future__ import annotations

from media.models import Asset
from poster.manifests import Manifest, Owned, Personal, Removal

MANIFEST = Manifest(
    reasons="media.reasons",
    urls="media.urls",
    preloaded=("media.pictures.entrypoints",),
    owned=(Owned(Asset),),
    personal=(Personal("pictures", "media.Asset", ("owner",), "Pictures whose bytes were seen: name, size, date."),),
    no_table={"spool": "Bytes of pictures; in the copy, and gone with their rows."},
    removals=(Removal("media.Asset", "media.deletion.remove_assets"),),
)
