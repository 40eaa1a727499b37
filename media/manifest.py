"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from media.models import Asset, Blob, Upload
from poster.manifests import FIRST, Check, Manifest, MenuEntry, Owned, Personal, Removal, Retention

MANIFEST = Manifest(
    reasons="media.reasons",
    urls="media.urls",
    menu=(MenuEntry(_("Library"), "pictures", "media.asset", group=FIRST, order=40, on_a_phone=True),),
    preloaded=("media.pictures.entrypoints",),
    owned=(Owned(Asset), Owned(Blob, ties=("asset",)), Owned(Upload)),
    checks=(Check("media.doctor.files", 25),),
    personal=(
        Personal(
            "pictures",
            "media.Asset",
            ("owner",),
            _("Pictures whose bytes were seen: name, size, date."),
            many=_("pictures"),
        ),
        Personal(
            "uploads",
            "media.Upload",
            ("owner",),
            _("Files that are being uploaded: name, size, how far it is."),
            many=_("uploads"),
        ),
        Personal(
            "stored_files",
            "media.Blob",
            ("owner",),
            _("Files of your pictures that are held, with small copies that you want kept: what each is for."),
            many=_("stored files"),
        ),
    ),
    no_table={
        "uploads": "Pieces of files that `media.Upload` names; they go with its row, and without one within a day.",
        "spool": "The files that `media.Blob` names; in the copy, and gone before their rows.",
        "scratch": "Files in the making, for seconds; what a killed worker left goes after a day, or with its asset.",
    },
    removals=(
        Removal("media.Upload", "media.uploads.remove"),
        Removal("media.Asset", "media.deletion.remove_assets"),
    ),
    retention=(
        Retention(
            "uploads",
            ngettext_lazy("%d unfinished upload", "%d unfinished uploads"),
            _("Files that somebody began to upload and did not go on with"),
            "media.uploads.clear_away",
            _("a day after the last piece"),
        ),
        Retention(
            "leftovers",
            ngettext_lazy("%d leftover of a file", "%d leftovers of files"),
            _("What is left of a file when the work on it was stopped in the middle"),
            "media.sweeping.sweep",
            _("a day"),
        ),
    ),
)
