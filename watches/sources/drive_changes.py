"""What one line of a change log in Drive means for one place. Pure."""

from __future__ import annotations

import datetime as dt

from poster.errors import Refused
from poster.reasons import Reason
from watches.reasons.places import NoLongerSeen
from watches.sources import Place
from watches.sources.drive_calls import is_missing
from watches.sources.drive_items import FOLDER, Item, by_our_clock, made, moment
from watches.sources.drive_tree import Tree
from watches.sources.safe_names import shown

EDITED = dt.timedelta(seconds=5)  # between a change of a file and the line in the log that tells of it


def file_in(change: Item) -> str:
    """The id of the file that it is about; "" when it is about a shared drive."""
    told = change.get("fileId")
    return told if isinstance(told, str) else ""


def casts_doubt(change: Item, tree: Tree) -> bool:
    """Is the place itself spoken of, or something in it gone, or a folder that it may lie in, in the bin?

    A place that is broken may be back as soon as anything is told of folders, or of shared drives.
    """
    item_id, told = file_in(change), change.get("file")
    item: Item = told if isinstance(told, dict) else {}
    is_folder, away = item.get("mimeType") == FOLDER, change.get("removed") or item.get("trashed")
    if item_id == tree.top or (away and (is_folder or tree.knows(item_id))):
        return True
    return bool(tree.problem) and (is_folder or not item_id)


def came_in(tree: Tree, item: Item, change: Item, ahead: dt.timedelta) -> dt.datetime | None:
    """Since when it lies here, by our clock. What was not here, and was not written to just now, was moved in."""
    told, written = moment(change.get("time", "")), moment(item.get("modifiedTime", ""))
    known = item["id"] in tree.files or item["id"] in tree.links
    if known or told is None or written is None or told - written < EDITED:
        return made(item, ahead)
    return by_our_clock(told, ahead)


def told_of(place: Place, error: Refused) -> Reason:
    """Why a place is no folder for us any more."""
    return NoLongerSeen(name=shown(place.name or place.id)) if is_missing(error) else error.reason
