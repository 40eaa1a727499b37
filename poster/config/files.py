"""Files of this install: for its own user alone, and on the disk before anybody relies on them."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

UMASK = 0o077  # what we make is for nobody else
FILE, FOLDER = 0o600, 0o700
OTHERS = 0o077  # the bits that let somebody else in
NAMED = 5  # files that one sentence names
Sync = Callable[[int], None]  # of an open file or folder: returns when what was written is on the disk


@dataclass(frozen=True, slots=True)
class Loose:
    """A file or folder that others on this machine can look into, or that belongs to somebody else (`foreign`)."""

    path: Path
    mode: int
    foreign: bool = False


def loose(folder: Path) -> list[Loose]:
    """Those at and below `folder`; links are not followed. What cannot be looked at is somebody else's."""
    return list(_walk(folder, change=False))


def tighten(folder: Path) -> list[Loose]:
    """The same, and what is not foreign is for its owner alone from now on: 0600, folders 0700."""
    return list(_walk(folder, change=True))


def tighten_file(path: Path) -> list[Loose]:
    """One file of ours, wherever it lies."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return list(_file(path, handle, os.geteuid(), change=True))
    finally:
        os.close(handle)


def told(found: Iterable[Loose], top: Path) -> str:
    """A few of them by name, and how many there are."""
    names = [os.path.relpath(each.path, top) for each in found]
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _walk(folder: Path, *, change: bool) -> Iterator[Loose]:
    owner = folder.stat().st_uid
    closed: list[OSError] = []
    for here, _, names, handle in os.fwalk(folder, onerror=closed.append, follow_symlinks=False):
        yield from _look(Path(here), handle, os.fstat(handle), owner, change=change)
        for name in names:
            yield from _file(Path(here) / name, handle, owner, change=change)
    yield from (Loose(Path(str(error.filename)), 0, foreign=True) for error in closed)


def _file(path: Path, folder: int, owner: int, *, change: bool) -> Iterator[Loose]:
    """Opened as what it is, so that nobody can put a link in its place meanwhile; pipes and sockets hold nothing."""
    try:
        seen = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(seen.st_mode) or not (seen.st_mode & OTHERS or seen.st_uid != owner):
            return
        handle = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return
    except OSError:
        yield Loose(path, 0, foreign=True)
        return
    try:
        yield from _look(path, handle, os.fstat(handle), owner, change=change)
    finally:
        os.close(handle)


def _look(path: Path, handle: int, found: os.stat_result, owner: int, *, change: bool) -> Iterator[Loose]:
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid != owner:
        yield Loose(path, mode, foreign=True)
    elif mode & OTHERS:
        if change:
            os.fchmod(handle, FOLDER if stat.S_ISDIR(found.st_mode) else FILE)
        yield Loose(path, mode)


# -- written for good -------------------------------------------------------------------------------------------------
def replace(path: Path, text: str, *, sync: Sync = os.fsync) -> None:
    """Write it anew, whole or not at all: whoever reads meanwhile, or after a power cut, reads the old or the new."""
    with _draft(path, text, sync) as draft:
        draft.replace(path)
        _settle(path.parent, sync)


def write_once(path: Path, text: str, *, sync: Sync = os.fsync) -> None:
    """Whole or not at all, and there after a power cut; of two that write together, the first one's stays."""
    with _draft(path, text, sync) as draft:
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _settle(path.parent, sync)


def copy(source: Path, target: Path, *, sync: Sync = os.fsync) -> None:
    """Whole or not at all, in the place of what was there; for its owner only."""
    target.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file, source.open("rb") as content:
            shutil.copyfileobj(content, file)
            file.flush()
            sync(file.fileno())
        Path(name).replace(target)
        _settle(target.parent, sync)
    finally:
        Path(name).unlink(missing_ok=True)


def move(source: Path, target: Path, *, sync: Sync = os.fsync) -> None:
    """Whole or not at all, as new as now, for its owner only. Nothing is copied where both lie on one disk."""
    target.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    with source.open("rb") as file:
        os.fchmod(file.fileno(), FILE)
        os.utime(file.fileno())
        sync(file.fileno())
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy(source, target, sync=sync)
        source.unlink()
    _settle(target.parent, sync)


def _settle(folder: Path, sync: Sync) -> None:
    """A new name is in the folder, and the folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(handle)
    finally:
        os.close(handle)


@contextmanager
def _draft(path: Path, text: str, sync: Sync) -> Iterator[Path]:
    """The text in a file beside `path`, readable by its owner only, and on the disk; gone afterwards."""
    path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            sync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
