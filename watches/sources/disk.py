"""Directories of this machine, looked at and opened without following any link, whatever changes meanwhile.

Every step from the top goes through a descriptor of the folder before it, with O_NOFOLLOW: swapping a folder or a
file for a link between the look and the opening is noticed by the kernel, not by us.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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

    def is_still(self, other: Body) -> bool:
        """Nothing was written between. Some file systems in user space give out another inode at each look."""
        return (self.size, self.modified, self.changed) == (other.size, other.modified, other.changed)


def body_of(status: os.stat_result) -> Body:
    """The same, from what stat says."""
    return Body(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def is_ignored(name: str) -> bool:
    """Whether this is nobody's picture."""
    small = name.lower()
    if small in NAMES or small.startswith(BEGINNINGS) or small.endswith(ENDINGS):
        return True
    return _BEING_SAVED.search(small) is not None


@dataclass(slots=True)
class Seen:
    """What a walk met, by path below its top.

    folders: device and inode of each subfolder. empty: those with nothing at all in them. unread: files and folders
    of which nobody can say anything, because the system does not let us look, or cannot.
    """

    files: dict[str, Body] = field(default_factory=dict)
    folders: dict[str, tuple[int, int]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)


def walk(top: str, *, deep: bool, over: Callable[[], bool] = lambda: False) -> Seen:
    """Every ordinary file in `top`; with `deep`, those in its subfolders too, which nobody enters otherwise.

    What cannot be read is told and does not keep the rest from being seen. Raises OSError when that is `top` itself;
    TimeoutError when it is `over` before all was seen: half of a folder would look as if the rest were gone.
    """
    seen = Seen()
    waiting = [""]
    while waiting:
        if over():
            raise TimeoutError(top)
        inside = waiting.pop()
        try:
            waiting += _enter(top, inside, seen, deep=deep)
        except OSError as error:
            if not inside:
                raise
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                seen.unread.add(inside)
            # Otherwise the subfolder was taken away, or became a link, while we looked.
    return seen


def _enter(top: str, inside: str, seen: Seen, *, deep: bool) -> list[str]:
    """Look into one folder; returns those in it that are to be entered. Raises OSError."""
    with _folder(top, inside) as folder, os.scandir(folder) as entries:
        names = list(entries)
        if inside:
            status = os.fstat(folder)
            seen.folders[inside] = (status.st_dev, status.st_ino)
            if not names:
                seen.empty.add(inside)
        below = [path for entry in names if (path := _sort(inside, entry, seen))]
    return below if deep and inside.count("/") < DEEPEST else []


def folders(top: str) -> list[str]:
    """The names of the folders in `top`. Raises OSError."""
    with _folder(top, "") as folder, os.scandir(folder) as entries:
        seen = Seen()
        return [path for entry in entries if (path := _sort("", entry, seen))]


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


def _sort(inside: str, entry: os.DirEntry[str], seen: Seen) -> str:
    """A file into `seen`; returns the path of a folder, "" for anything else."""
    if is_ignored(entry.name):
        return ""
    path = f"{inside}/{entry.name}" if inside else entry.name
    try:
        if entry.is_dir(follow_symlinks=False):
            return path
        if entry.is_file(follow_symlinks=False):
            seen.files[path] = body_of(entry.stat(follow_symlinks=False))
    except FileNotFoundError:
        pass  # taken away while we looked
    except OSError:
        seen.unread.add(path)
    return ""


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
