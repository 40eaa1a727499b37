"""What people write for a folder of this machine, and what they are told when it cannot be read."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from poster.errors import OutsideError, Refused, Unavailable
from watches.reasons import places
from watches.sources.safe_names import shown

LONGEST = 500  # characters of a place's id

# What the operating system says when a folder cannot be read -> what people are told.
_REASONS: dict[int | None, type[places.OfAFolder]] = {
    errno.ENOENT: places.FolderMissing,
    errno.ENOTDIR: places.NoFolder,
    errno.ELOOP: places.IsALink,
    errno.EACCES: places.MayNotRead,
    errno.EPERM: places.MayNotRead,
}


def told(path: str, error: Exception) -> OutsideError:
    if isinstance(error, OutsideError):
        return error
    if isinstance(error, TimeoutError):
        return too_slow(shown(path))
    number, name = (error.errno, error.filename) if isinstance(error, OSError) else (errno.ELOOP, None)
    if number in _REASONS:
        below = isinstance(name, str) and not Path(name).is_absolute()
        return Refused(_REASONS[number](path=shown(f"{name} in {path}" if below else path)))
    return Unavailable(places.FolderUnread(path=shown(path)))


def too_slow(name: str) -> Unavailable:
    """Of a folder, or a file."""
    return Unavailable(places.TooSlow(name=name))


def other_disk(path: str) -> Refused:
    return Refused(places.OtherDisk(path=shown(path)))


def not_connected(place_id: str, folder: str) -> Refused:
    return Refused(places.NotConnected(path=shown(place_id), inside=shown(folder)))


def path_from(text: str) -> Path:
    """Raises Refused unless it is an absolute path."""
    text = text.strip().strip("\"'")
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    path = Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises where there is no such home
    if "\0" in text or not path.is_absolute():
        raise Refused(places.NotWhole())
    return path


def check_usable(path: str) -> None:
    if path == "/":
        raise Refused(places.WholeMachine())
    if len(path) > LONGEST or shown(path[-200:]) != path[-200:].strip() or not path.isprintable():
        raise Refused(places.OddPath(path=shown(path)))
