"""Google Drive, for somebody who walks through it to choose a folder: a page of each list, and a few folders above."""

from __future__ import annotations

from poster.errors import OutsideError, Refused
from watches.sources import MOST_OPENED, MOST_SHOWN, Folder, Found, Matches, Opened
from watches.sources.drive_calls import Calls, only_here
from watches.sources.drive_items import Item, is_odd, moment, parent, revision, size, unfit
from watches.sources.safe_names import shown

PAGE = "https://drive.google.com/drive/folders/"  # where people see a folder, and copy its link
ABOVE = 6  # folders above it that are asked for, at most


def opened(calls: Calls, top: Item) -> Opened:
    """What lies right in it."""
    folders, more_folders = calls.folders(calls.within(top["id"]), MOST_OPENED)
    items, more = calls.newest(top["id"], MOST_OPENED)
    pictures = [item for item in items if _is_picture(item)]
    name = _name(calls, top)
    return Opened(
        top["id"],
        name,
        f"{PAGE}{top['id']}",
        trail=_trail(calls, top),
        folders=_folders(folders),
        pictures=len(pictures),
        some=[_found(top["id"], name, item) for item in pictures[:MOST_SHOWN]],
        whole=not more,
        all_folders=not more_folders,
    )


def named(calls: Calls, words: str) -> Matches:
    """Folders that are called so, anywhere."""
    found, more = calls.folders(calls.called(words.strip()), MOST_OPENED)
    return Matches(_folders(found), whole=not more)


def _folders(items: list[Item]) -> list[Folder]:
    return [Folder(item["id"], shown(item["name"])) for item in items if not is_odd(item)]


def _name(calls: Calls, item: Item) -> str:
    """The top folder of a shared drive is just called "Drive"."""
    return shown(calls.drive_name(item["id"]) if item["id"] == item.get("driveId") else item["name"])


def _trail(calls: Calls, item: Item) -> list[Folder]:
    """As far as the account may see them. Somebody waits: what is not answered is left out."""
    trail: list[Folder] = []
    while (above := parent(item)) and len(trail) < ABOVE:
        try:
            item = calls.item(above)
            trail.insert(0, Folder(item["id"], _name(calls, item)))
        except Refused as error:
            only_here(error)
            break
        except (OutsideError, KeyError):
            break
    return trail


def _is_picture(item: Item) -> bool:
    return not is_odd(item) and item["mimeType"].startswith("image/") and not unfit(item)


def _found(place_id: str, folder: str, item: Item) -> Found:
    return Found(
        place_id,
        item["id"],
        revision(item),
        shown(item["name"]),
        folder,
        size(item),
        moment(item.get("modifiedTime", "")),
        subfolders=False,
        mime=item["mimeType"],
    )
