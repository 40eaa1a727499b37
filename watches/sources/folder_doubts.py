"""Is a folder of this machine one of pictures? Asked before a watch is made, and anything in it is offered."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

from media.pictures.file_types import HEAD, sniff
from poster.reasons import Reason
from watches.companions import looks_like_picture
from watches.reasons.orders import NoPictureThere
from watches.sources import disk
from watches.sources.safe_names import shown

LOOKED_INTO = 200  # files without the name of a picture, at most


def no_picture_in(folder: str, *, subfolders: bool) -> Reason | None:
    """There are files in it, and none is a picture. An empty folder is fine: pictures are still to come."""
    try:
        files = disk.walk(folder, deep=subfolders).files
    except OSError:
        return None  # what is wrong with it is said elsewhere
    if not files or any(looks_like_picture(os.path.basename(path)) for path in files):  # noqa: PTH119 - no real path
        return None
    if any(_is_picture(folder, path) for path in islice(sorted(files), LOOKED_INTO)):
        return None
    return NoPictureThere(files=len(files), path=shown(folder))


def _heads(folder: str, path: str) -> Iterable[bytes]:
    try:
        with disk.opened(folder, path) as file:
            yield file.read(HEAD)
    except OSError:
        return


def _is_picture(folder: str, path: str) -> bool:
    return any(sniff(head).is_picture for head in _heads(folder, path))
