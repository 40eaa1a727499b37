"""What this app says about itself."""

from __future__ import annotations

from poster.manifests import Manifest

MANIFEST = Manifest(
    preloaded=("media.pictures.entrypoints",),
    no_table={"spool": "Bytes of pictures; in the copy, and gone with their rows."},
)
