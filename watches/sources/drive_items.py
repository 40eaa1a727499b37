"""What a file or folder of Drive v3 is to us. Pure; an `Item` is a File with the fields that we ask for.

Source: Drive v3 discovery document, schema File: `size` is text and missing for folders, shortcuts and Google's own
kinds, as are the checksums; a file has one parent, and none when the account may not see it.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
from typing import Any

from accounts.providers.google.client import NAME
from poster import clock
from poster.errors import Refused, Unavailable
from poster.reasons import Reason
from poster.reasons.outside import Incomplete
from watches.reasons import files, places
from watches.sources.safe_names import shown

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
NATIVE = "application/vnd.google-apps."
PATIENCE = dt.timedelta(minutes=10)  # an empty file may still get its bytes

Item = dict[str, Any]


def folder(item: Item) -> Item:
    """The item itself. Raises Refused when it is no folder, or in the bin, Unavailable when nobody can tell."""
    if is_odd(item) and str(item.get("mimeType") or FOLDER) == FOLDER:
        raise Unavailable(Incomplete(service=NAME))
    if item.get("trashed"):
        raise Refused(places.InTheBin(name=shown(item["name"])))
    if item["mimeType"] != FOLDER:
        raise Refused(places.IsAFile(name=odd_name(item)))
    return item


def is_odd(item: Item) -> bool:
    """Whether it lacks what every file has, or has it in another form: nothing certain can be said about it."""
    if not isinstance(item.get("name"), str) or not all(
        isinstance(item.get(key), str) and item[key] for key in ("id", "mimeType")
    ):
        return True
    parts = (("parents", list), ("shortcutDetails", dict), ("capabilities", dict))
    if not all(isinstance(item.get(key, kind()), kind) for key, kind in parts):
        return True
    if not all(isinstance(each, str) for each in item.get("parents", [])):
        return True
    if not isinstance(item.get("shortcutDetails", {}).get("targetId", ""), str):
        return True
    if item["mimeType"].startswith(NATIVE):
        return False
    return not str(item.get("size", "")).isdecimal() or not revision(item)


def odd_name(item: Item) -> str:
    """What to call such a one."""
    return shown(str(item.get("name") or item.get("id") or ""))


def revision(item: Item) -> str:
    """The same for the same bytes. Every file with bytes has an md5; sha256 may be added to old files later."""
    return str(item.get("md5Checksum") or item.get("headRevisionId") or item.get("modifiedTime", ""))


def parent(item: Item) -> str:
    """The folder that it lies in; "" when the account may not see that."""
    parents = item.get("parents")
    return str(parents[0]) if isinstance(parents, list) and parents else ""


def size(item: Item) -> int:
    """Bytes; 0 when it has none of its own."""
    return int(item.get("size") or 0)


def is_unfinished(item: Item) -> bool:
    """Some programs make an empty file first and fill it when the bytes arrive."""
    if item["mimeType"].startswith(NATIVE) or size(item):
        return False
    written = moment(item.get("modifiedTime", ""))
    return written is not None and clock.now() - written < PATIENCE


def is_document(item: Item) -> bool:
    """Google's own kinds are passed over: nobody means to post a text. Unless it calls itself a picture."""
    kind, _ = mimetypes.guess_type(item["name"])
    return item["mimeType"].startswith(NATIVE) and not (kind or "").startswith("image/")


def unfit(item: Item) -> Reason | None:
    """Why it cannot be posted; None when it may be."""
    name = shown(item["name"])
    if item["mimeType"].startswith(NATIVE):
        return files.GoogleDocument(name=name)
    if item["mimeType"].startswith(("video/", "audio/")):
        return files.FilmOrSound(name=name)
    if not item.get("capabilities", {}).get("canDownload", True):
        return files.DownloadForbidden(name=name)
    return None if size(item) else files.EmptyFile(name=name)


def moment(text: object) -> dt.datetime | None:
    """A time as Drive writes it; None when there is none."""
    try:
        read = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def made(item: Item, ahead: dt.timedelta) -> dt.datetime | None:
    """When it was made or uploaded, by our clock. `ahead`: how far Google's goes ahead of that."""
    return by_our_clock(moment(item.get("createdTime", "")), ahead)


def by_our_clock(theirs: dt.datetime | None, ahead: dt.timedelta) -> dt.datetime | None:
    """None for times that no calendar has."""
    try:
        return theirs - ahead if theirs else None
    except OverflowError:
        return None
