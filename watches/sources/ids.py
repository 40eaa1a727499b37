"""What a file of a folder is called, from one look to the next: its id, and the revision of one that was not read."""

from __future__ import annotations

import hashlib
import re
from os import fsdecode, fsencode
from urllib.parse import quote_from_bytes, unquote_to_bytes

from watches.sources.disk import Body

QUARTER = 15 * 60 * 10**9  # nanoseconds: zones differ by multiples of it
MOST_SHIFTED = 26 * 3600 * 10**9  # from UTC-12 to UTC+14
_LONGEST = 900  # characters of a path in an id
_ODD = re.compile(r"[\x00-\x1f\x7f%#\udc80-\udcff]")


def looks(body: Body) -> str:
    """The revision of a file whose bytes were not read."""
    return f"{body.size}-{body.modified}"


def name_for(path: str, revision: str) -> str:
    """The id of a file first seen like this."""
    written = _ODD.sub(lambda odd: quote_from_bytes(fsencode(odd[0]), safe=""), path)
    if len(written) > _LONGEST:
        written = f"%{hashlib.sha256(fsencode(path)).hexdigest()}"
    return f"{written}#{revision if by_looks(revision) else revision[:16]}"


def path_in(external_id: str) -> str:
    """Where the file of this id was when it was first seen; "" when that is not in it."""
    written = external_id.rpartition("#")[0]
    if re.fullmatch(r"%[0-9a-f]{64}", written):
        return ""
    return fsdecode(unquote_to_bytes(written))


def by_looks(revision: str) -> bool:
    """Whether it was made without reading the bytes."""
    return "-" in revision


def is_like(revision: str, body: Body) -> bool:
    """Whether a file that was told by its looks looks like this, but for the zone that its disk's times are read in.

    FAT and exFAT keep local times: twice a year, and when the zone is set, those of every file move at once.
    """
    size, _, modified = revision.partition("-")
    if not (size.isdecimal() and modified.lstrip("-").isdecimal()) or int(size) != body.size:
        return False
    by = abs(body.modified - int(modified))
    return by % QUARTER == 0 and by <= MOST_SHIFTED
