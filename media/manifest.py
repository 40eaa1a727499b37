"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import ngettext_lazy

from media.models import Asset, Blob
from poster.manifests import Check, Manifest, Owned, Personal, Removal, Retention

MANIFEST = Manifest(
    reasons="media.reasons",
    urls="media.urls",
    preloaded=("media.pictures.entrypoints",),
    owned=(Owned(Asset), Owned(Blob, ties=("asset",))),
    checks=(Check("media.doctor.files", 25),),
    personal=(
        Personal("pictures", "media.Asset", ("owner",), "Pictures whose bytes were seen: name, size, date."),
        Personal("stored_files", "media.Blob", ("owner",), "Files of your pictures that are held: what each is for."),
    ),
    no_table={
        "spool": "The files that `media.Blob` names; in the copy, and gone before their rows.",
        "scratch": "Files in the making, for seconds; what a killed worker left goes after a day, or with its asset.",
    },
    removals=(Removal("media.Asset", "media.deletion.remove_assets"),),
    retention=(
        Retention(
            "leftovers",
            ngettext_lazy("%d leftover of a file", "%d leftovers of files"),
            "What is left of a file when the work on it was stopped in the middle",
            "media.sweeping.sweep",
            "a day",
        ),
    ),
)
