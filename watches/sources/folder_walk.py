"""Folders of this machine, for somebody who walks through them to choose one. No link is followed."""

from __future__ import annotations

import datetime as dt
import time
from collections import deque
from pathlib import Path

from poster.folding import folded
from watches.companions import looks_like_picture
from watches.sources import MOST_OPENED, MOST_SHOWN, Folder, Found, Matches, Opened, Place, disk
from watches.sources.disk import Body
from watches.sources.ids import looks, name_for
from watches.sources.safe_names import shown

SECONDS = 4.0  # for one folder, and for one search
TOP = Path("/")


def opened(place: Place) -> Opened:
    """What lies right in it. Raises OSError; TimeoutError where it takes too long."""
    until = time.monotonic() + SECONDS
    seen = disk.walk(place.id, deep=False, over=lambda: time.monotonic() > until)
    names = sorted(disk.folders(place.id), key=folded)
    pictures = {path: body for path, body in seen.files.items() if body.size and looks_like_picture(path)}
    newest = sorted(pictures, key=lambda path: pictures[path].modified, reverse=True)[:MOST_SHOWN]
    return Opened(
        place.id,
        place.name,
        place.id,
        trail=[Folder(str(above), shown(above.name)) for above in reversed(Path(place.id).parents) if above != TOP],
        folders=[_folder(place.id, name) for name in names[:MOST_OPENED]],
        pictures=len(pictures),
        some=[_found(place, path, pictures[path]) for path in newest],
        whole=not seen.unread,
        all_folders=len(names) <= MOST_OPENED,
    )


def named(place: Place, words: str) -> Matches:
    """Those below it with these words in their name, the nearest first."""
    until, wanted = time.monotonic() + SECONDS, folded(words.strip())
    waiting, found, whole = deque([place.id]), list[Folder](), True
    while waiting and len(found) < MOST_OPENED and time.monotonic() < until:
        top = waiting.popleft()
        try:
            names = disk.folders(top)
        except OSError:
            whole = False  # it cannot be read, or was taken away since
            continue
        below = [_folder(top, name) for name in sorted(names, key=folded)]
        waiting.extend(each.id for each in below)
        found += [each for each in below if wanted in folded(each.name)]
    return Matches(found[:MOST_OPENED], whole=whole and not waiting and len(found) <= MOST_OPENED)


def _folder(top: str, name: str) -> Folder:
    return Folder(str(Path(top) / name), shown(name))


def _found(place: Place, path: str, body: Body) -> Found:
    revision = looks(body)
    changed = dt.datetime.fromtimestamp(max(body.modified, 0) / 1e9, dt.UTC)
    return Found(
        place.id, name_for(path, revision), revision, shown(path), place.name, body.size, changed, subfolders=False
    )
