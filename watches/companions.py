"""What lies beside pictures and is none: notes of cameras and programs, and the films of live photos. Pure, by name."""

from __future__ import annotations

import mimetypes

from watches.sources.disk import is_ignored

# Edits, places, thumbnails and settings that cameras, phones and programs write beside a picture. In small letters.
NOTES = (
    *(".aae", ".xmp", ".json", ".thm", ".lrv", ".ctg", ".dop", ".pp3", ".cos", ".on1", ".vrd", ".rpp", ".arp"),
    *(".ds_store", ".nomedia", ".picasa.ini", ".url", ".webloc", ".lnk"),
)
FILMS = (".mov", ".mp4", ".m4v", ".mp")
PICTURES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".heic", ".heif", ".hif", ".avif", ".tif", ".tiff"),
    *(".bmp", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".raf", ".rw2", ".jxl", ".jp2", ".psd"),
)


def is_companion(name: str) -> bool:
    """Nobody's picture, whatever it lies beside, so that nothing is said about it."""
    return is_ignored(name) or name.lower().endswith(NOTES)


def is_film(name: str) -> bool:
    """It may belong to a picture of the same name (a live photo, a motion picture)."""
    return name.lower().endswith(FILMS)


def looks_like_picture(name: str, mime: str = "") -> bool:
    """By what its source says of it, or else by its name."""
    guessed, _ = mimetypes.guess_type(name)
    return mime.startswith("image/") or (guessed or "").startswith("image/") or name.lower().endswith(PICTURES)


def stem(name: str) -> str:
    """The name that a picture and its film share: `IMG_1` for `IMG_1.HEIC` and `img_1.mov`."""
    return name.rpartition(".")[0].casefold()
