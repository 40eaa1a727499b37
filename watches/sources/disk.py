"""Directories of this machine, looked at and opened without following any link, whatever changes meanwhile.

Every step from the top goes through a descriptor of the folder before it, with O_NOFOLLOW: swapping a folder or a
file for a link between the look and the opening is noticed by the kernel, not by us.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import PurePosixPath

DEEPEST = 40  # folders below each other

# Left behind by systems, editors and sync programs, or not complete yet. In small letters.
NAMES = {
    *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "$recycle.bin"),
    *("system volume information", "lost+found", "__macosx", "@eadir", "@tmp", "@recycle", "#recycle", "#snapshot"),
}
BEGINNINGS = (".", "~$", "~syncthing~")
ENDINGS = (
    *("~", ".swp", ".swx", ".bak", "_exiftool_tmp", "_original"),  # the last two: exiftool's, with the old picture
    *(".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload", ".aria2"),
    *(".!sync", ".bts", ".uploading"),
)
_BEING_SAVED = re.compile(r"\.sb-[0-9a-f]{8}-\w{6}$")  # by programs of macOS
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

# A link, a pipe, a socket, a part of the way that is no folder: there is no such file.
_NO_FILE = {errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.ENAMETOOLONG}


@dataclass(frozen=True, slots=True)
class Body:
    """What can be seen of a file without opening it. Times in nanoseconds since the epoch."""

    inode: int
    size: int
    modified: int
    changed: int  # ctime: moves with every write, and cannot be set back


def body_of(status: os.stat_result) -> Body:
    """The same, from what stat says."""
    return Body(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def is_ignored(name: str) -> bool:
    """Whether this is nobody's picture."""
    small = name.lower()
    if small in NAMES or small.startswith(BEGINNINGS) or small.endswith(ENDINGS):
        return True
    return _BEING_SAVED.search(small) is not None


def walk(top: str, *, deep: bool) -> dict[str, Body]:
    """Every ordinary file in `top`, by its path below it; with `deep`, those in its subfolders too.

    Raises OSError when `top` or a subfolder cannot be read: half a list would look like files taken away.
    """
    seen: dict[str, Body] = {}
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            with _folder(top, inside) as folder, os.scandir(folder) as entries:
                waiting += _sort(inside, entries, seen)
        except (FileNotFoundError, NotADirectoryError):
            if not inside:
                raise
            # A subfolder was taken away, or became a link, while we looked.
    return seen if deep else {path: body for path, body in seen.items() if "/" not in path}


def folders(top: str) -> list[str]:
    """The names of the folders in `top`. Raises OSError."""
    with _folder(top, "") as folder, os.scandir(folder) as entries:
        return [entry.name for entry in entries if not is_ignored(entry.name) and entry.is_dir(follow_symlinks=False)]


def emptied_at(top: str) -> float | None:
    """When the last thing was taken out, in Unix seconds; None when there is something in it. Raises OSError.

    A disk that is not mounted leaves an empty folder behind, which nobody has touched for long.
    """
    with _folder(top, "") as folder, os.scandir(folder) as entries:
        return None if next(entries, None) else os.fstat(folder).st_mtime


def identity(top: str) -> tuple[int, int]:
    """Device and inode: which folder this is. Raises OSError."""
    with _folder(top, "") as folder:
        status = os.fstat(folder)
        return status.st_dev, status.st_ino


@contextmanager
def opened(top: str, path: str) -> Iterator[BufferedReader]:
    """The ordinary file `path` below `top`, for reading. Raises FileNotFoundError for anything else, OSError."""
    inside, name = os.path.split(path)
    try:
        with _folder(top, inside) as folder:
            descriptor = os.open(_plain(name), _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise FileNotFoundError(path) from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileNotFoundError(path)
        yield file


def stat_of(top: str, path: str) -> Body | None:
    """What can be seen of it; None when no ordinary file is there. Raises OSError."""
    try:
        with opened(top, path) as file:
            return body_of(os.fstat(file.fileno()))
    except FileNotFoundError:
        return None


def _sort(inside: str, entries: Iterator[os.DirEntry[str]], seen: dict[str, Body]) -> list[str]:
    """Files into `seen`; returns the folders."""
    below = []
    for entry in entries:
        if is_ignored(entry.name):
            continue
        path = f"{inside}/{entry.name}" if inside else entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            elif entry.is_file(follow_symlinks=False):
                seen[path] = body_of(entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue  # taken away while we looked
    return below if inside.count("/") < DEEPEST else []


@contextmanager
def _folder(top: str, inside: str) -> Iterator[int]:
    descriptor = os.open(top, _FOLDER)
    try:
        for name in PurePosixPath(inside).parts:
            above, descriptor = descriptor, os.open(_plain(name), _FOLDER, dir_fd=descriptor)
            os.close(above)
        yield descriptor
    finally:
        os.close(descriptor)


def _plain(name: str) -> str:
    if name in {"", ".", ".."}:
        raise FileNotFoundError(f"{name!r} is not the name of a file")
    return name
