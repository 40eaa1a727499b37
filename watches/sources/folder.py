"""Folders of this machine: a disk, a network share, the inbox, whatever a sync program fills.

A file counts when nothing about it changed between two looks at least three seconds apart; what was seen before is
kept in the cursor, so that any process may take the next look. `folder_memory` tells which file is which,
`disk` reads without following links. Everything that is an ordinary file is found; whether it is a
picture is decided by its bytes, after `fetch`.

A folder that is missing, or that emptied itself because its disk is not mounted, is broken; it is never taken for
one whose files were all deleted. The same holds for folders in it: what is below one that cannot be read, or whose disk
is not there, is hidden and not gone (`watches.sources.mounts`). A file that cannot be read is tried again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from media.pictures.file_types import HEAD, MIMES, sniff
from media.reasons import AnotherAtSource, GoneFromSource, NoPreview
from poster import clock
from poster.errors import OutsideError, Refused, Unavailable
from poster.folding import folded
from poster.reasons import Quoted, Reason, _
from watches.companions import looks_like_picture
from watches.reasons import places as why
from watches.reasons.files import EmptyFile
from watches.sources import (
    NEVER_LOOKED,
    About,
    Cursor,
    Fetched,
    Folder,
    Found,
    Matches,
    News,
    Opened,
    Place,
    disk,
    merged,
)
from watches.sources.atomic_files import arriving
from watches.sources.beforehand import judge, remember
from watches.sources.disk import Body, Seen
from watches.sources.folder_doubts import no_picture_in
from watches.sources.folder_lines import as_cursor, remembered
from watches.sources.folder_memory import Known, Memory
from watches.sources.folder_walk import named, opened
from watches.sources.folder_words import check_usable, not_connected, other_disk, path_from, told, too_slow
from watches.sources.ids import by_looks, is_like, looks, path_in
from watches.sources.mounts import hidden_folders, identities, is_below
from watches.sources.safe_names import shown
from watches.sources.step_limits import COPYING, PIECE, USUAL, Pace, Step, TooSlow, digest

LARGEST_READ = 200 * 2**20  # bytes of one file; no picture is larger, and films are told by size and time
MOST_SHOWN = 48 * 2**20  # bytes of a file that is made small for whoever looks at it
A_DAY = 24 * 3600.0


class FolderSource:
    """Directories here. There is no login: `token` stays empty."""

    about = About(
        put_in=_("its whole path."),
        shows=_("Folders of the machine that ai-poster runs on, but for hidden ones and links to other places."),
        of_this_machine=True,
    )

    def __init__(self, token: str = "", pace: Pace = USUAL) -> None:
        self._pace = pace
        self._step = Step(pace)

    def look(self, places: Sequence[Place], cursor: Cursor, *, relist: bool = False) -> News:
        """What is new in these folders. Raises nothing: what is wrong with a folder is in `broken`."""
        memories, self._step = remembered(cursor), Step(self._pace)
        found: list[Found] = []
        gone: list[str] = []
        listed: list[str] = []
        broken: dict[str, OutsideError] = {}
        unread: dict[str, list[str]] = {}
        for place in merged(places):
            memory = memories.setdefault(place.id, Memory())
            in_full = relist or not place.listed
            try:
                new, closed = self._look_at(place, memory, in_full=in_full)
            except (OSError, OutsideError) as error:
                broken[place.id] = told(place.id, error)
                continue
            found += new
            unread |= {place.id: [shown(path) for path in sorted(closed)]} if closed else {}
            gone += memory.gone(_now())
            listed += [place.id] if in_full and not memory.unfinished else []
        now = _now()
        again_in = min(filter(None, (memory.again_in(now) for memory in memories.values())), default=0.0)
        more = self._step.left_over
        return News(found, gone, as_cursor(memories), listed, broken, again_in, more, unread=unread)

    def fetch(self, file: Found, to: Path, cursor: Cursor = NEVER_LOOKED) -> Fetched:
        """Copy the bytes, and make sure that they are those which were found."""
        try:
            with disk.opened(file.place_id, _path_of(file)) as source, arriving(to) as target:
                return _copied(file, source, target, Step(COPYING))
        except FileNotFoundError as error:
            raise Unavailable(why.NotWhereItWas(name=file.name)) from error
        except OSError as error:
            said = Quoted(error.strerror or str(error))
            raise Unavailable(why.NotCopied(name=file.name, said=said)) from error

    def still_there(self, file: Found, cursor: Cursor = NEVER_LOOKED) -> bool:
        """Whether it lies in its folder, or below it where that is watched too, under whatever name.

        Raises Refused when nobody can say.
        """
        try:
            if _looks_unmounted(file.place_id):
                raise other_disk(file.place_id)
            _path_of(file)
        except FileNotFoundError as error:
            if not Path(file.place_id).is_dir():
                raise told(file.place_id, error) from error
            if closed := _closed_to(file, cursor):
                raise not_connected(file.place_id, closed) from error
            return False
        except OSError as error:
            raise told(file.place_id, error) from error
        return True

    def preview(self, file: Found, into: BinaryIO, seconds: float, cursor: Cursor = NEVER_LOOKED) -> None:
        """The file itself: it lies near."""
        step = Step(Pace(longest=seconds))
        try:
            with disk.opened(file.place_id, _path_of(file, step.is_over)) as source:
                if os.fstat(source.fileno()).st_size > MOST_SHOWN:
                    raise Refused(NoPreview())
                _copied(file, source, into, step)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._not_seen(file, cursor) from error
        except (OSError, TooSlow) as error:
            raise too_slow(file.name) from error
        except Unavailable as error:
            raise Refused(AnotherAtSource()) if isinstance(error.reason, why.StillChanging) else error from None

    def _not_seen(self, file: Found, cursor: Cursor) -> OutsideError:
        """Gone, or only hidden from us now."""
        try:
            gone = not self.still_there(file, cursor)
        except OutsideError as error:
            return Unavailable(error.reason)
        return Refused(GoneFromSource()) if gone else too_slow(file.name)

    def browse(self, folder_id: str) -> list[Folder]:
        """The folders in a folder; "" begins at home."""
        top = Path(folder_id or Path.home())
        try:
            names = disk.folders(str(top))
        except OSError as error:
            raise told(str(top), error) from error
        return [Folder(str(top / name), shown(name)) for name in sorted(names, key=folded)]

    def open(self, text: str) -> Opened:
        """The folder of this path; "" begins at home."""
        place = self.place(text or str(Path.home()))
        try:
            return opened(place)
        except OSError as error:
            raise told(place.id, error) from error

    def search(self, words: str, inside: str) -> Matches:
        """Below this folder, as far as a moment reaches."""
        return named(self.place(inside or str(Path.home())), words)

    def place(self, text: str) -> Place:
        """From an absolute path, `~/Pictures` or a file:// link. Links in it are followed here, once and for all."""
        path = path_from(text)
        try:
            real = str(path.resolve(strict=True))
            check_usable(real)
            disk.identity(real)
        except FileNotFoundError as error:  # nothing looks into it yet, so nothing goes on by itself
            raise Refused(why.NoSuchFolder(path=shown(str(path)))) from error
        except (OSError, RuntimeError) as error:
            raise told(str(path), error) from error
        return Place(real, shown(Path(real).name))

    def doubt(self, place: Place) -> Reason | None:
        """There are files in it, and none is a picture."""
        return no_picture_in(place.id, subfolders=place.subfolders)

    def _look_at(self, place: Place, memory: Memory, *, in_full: bool) -> tuple[list[Found], set[str]]:
        """What is found, and the paths of what cannot be read."""
        first = memory.top is None
        top, seen = _seen(place, memory, self._step)
        hidden = hidden_folders(seen, memory.folders, top, memory.files)
        files = (
            {path: body for path, body in seen.files.items() if not is_below(path, hidden)} if hidden else seen.files
        )
        was_there, other = judge(memory, top, seen), memory.top != top
        memory.top, now = top, _now()
        strangers = memory.recognise(files, now, partial(is_below, folders=hidden))
        present = ((path, file) for path, file in memory.present if in_full or path in memory.back)
        # What was never read was there before, or was told when it came: it is no news at a later listing.
        found = {path: replace(_found(place, path, file), old=by_looks(file.revision)) for path, file in present}
        listing = place.making or not place.listed
        for path in memory.settled(strangers, now, was_there, first=first, listing=listing, making=place.making):
            fresh = memory.fresh[path]
            file = self._adopted(place, memory, path, backlog=first or fresh.first or fresh.old)
            came = None if fresh.before else _moment(fresh.body.changed)
            found |= {path: replace(file, appeared_at=came, old=fresh.old)} if file else {}
        memory.folders = identities(seen, memory.folders, hidden, memory.files)
        remember(memory, seen, hidden, now, listing=listing, other=other)
        return list(found.values()), hidden | set(memory.unread)

    def _adopted(self, place: Place, memory: Memory, path: str, *, backlog: bool) -> Found | None:
        """The file as found, once its revision is known; None when that is not news, or has to wait."""
        body, unfit = memory.fresh[path].body, _unfit(path, memory.fresh[path].body)
        revision = looks(body)
        sniffed = backlog and not unfit and not looks_like_picture(path)
        read = not (backlog or unfit or body.size > LARGEST_READ)
        if (read or sniffed) and not self._step.may_read(body.size if read else HEAD):
            return None
        if read:
            try:
                revision = digest(place.id, path, body, self._step.is_over)
            except TooSlow:
                if not self._step.had_all_the_time():
                    return None
            except FileNotFoundError:
                return None  # gone, or written to again: the next look sees
            except OSError:
                memory.put_off(path, _now())
                return None
        news = memory.adopt(path, body, revision)
        file = _found(place, path, memory.files[path], unfit) if news else None
        return replace(file, mime=_mime(place, path)) if file and sniffed else file


def _mime(place: Place, path: str) -> str:
    """Of a file that was there before, and whose name says nothing, by its first bytes; "" when they do not either."""
    try:
        with disk.opened(place.id, path) as file:
            return MIMES.get(sniff(file.read(HEAD)).format, "")
    except OSError:
        return ""


def _seen(place: Place, memory: Memory, step: Step) -> tuple[tuple[int, int], Seen]:
    """Which folder this is, and its files. Raises OSError, or Refused when it cannot be the one that it was."""
    if os.path.realpath(place.id) != place.id:
        raise Refused(why.LeadsElsewhere(path=shown(place.id)))
    top = disk.identity(place.id)
    seen = disk.walk(place.id, deep=place.subfolders, over=step.is_over)
    if memory.top is None or not any(memory.present):
        return top, seen
    nothing = not seen.files and _looks_unmounted(place.id)
    if nothing or (top[0] != memory.top[0] and not memory.sees_any(seen.files)):
        raise other_disk(place.id)
    return top, seen


def _looks_unmounted(place_id: str) -> bool:
    """Empty, although nobody has taken anything out for long: that is how a folder without its disk looks."""
    emptied = disk.emptied_at(place_id)
    return emptied is not None and _now() - emptied > A_DAY


def _path_of(file: Found, over: Callable[[], bool] = lambda: False) -> str:
    """Where it lies now: where it was first seen, or else wherever the same bytes are. Raises OSError, and TooSlow."""
    path = path_in(file.external_id)
    there = disk.stat_of(file.place_id, path) if file.subfolders or "/" not in path else None
    if there is not None and _may_be(file, there):
        return path
    for other, body in disk.walk(file.place_id, deep=file.subfolders).files.items():
        if _may_be(file, body) and _is(file, other, body, over):
            return other
    if there is None:
        raise FileNotFoundError(path)
    return path  # other bytes under its name; whoever reads them sees that


def _may_be(file: Found, body: Body) -> bool:
    return is_like(file.revision, body) if by_looks(file.revision) else file.size == body.size


def _is(file: Found, path: str, body: Body, over: Callable[[], bool]) -> bool:
    """Whether these are its bytes. What cannot be read is not known to be."""
    try:
        return is_like(file.revision, body) or file.revision == digest(file.place_id, path, body, over)
    except OSError:
        return False


def _closed_to(file: Found, cursor: Cursor) -> str:
    """The folder below its place that hides it: its disk is not there, or it cannot be read. "" when there is none."""
    memory = remembered(cursor).get(file.place_id)
    path = next((path for path, known in memory.files.items() if known.id == file.external_id), "") if memory else ""
    seen = disk.walk(file.place_id, deep=file.subfolders)
    folders, top = (memory.folders, memory.top) if memory else ({}, None)
    hidden = hidden_folders(seen, folders, top or (0, 0), memory.files if memory else ())
    path = path or path_in(file.external_id)
    return next((folder for folder in sorted(hidden) if is_below(path, {folder})), "")


def _copied(file: Found, source: BinaryIO, target: BinaryIO, step: Step) -> Fetched:
    before = disk.body_of(os.fstat(source.fileno()))
    hashed, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        if step.is_over():
            raise too_slow(file.name)
        hashed.update(piece)
        size += target.write(piece)
    unchanged = disk.body_of(os.fstat(source.fileno())).is_still(before)
    if not unchanged or not (is_like(file.revision, before) or file.revision == hashed.hexdigest()):
        raise Unavailable(why.StillChanging(name=file.name))
    return Fetched(size, hashed.hexdigest())


def _found(place: Place, path: str, file: Known, unfit: Reason | None = None) -> Found:
    inside, _, name = path.rpartition("/")
    return Found(
        place_id=place.id,
        external_id=file.id,
        revision=file.revision,
        name=shown(name),
        folder=shown(inside.rpartition("/")[2] or Path(place.id).name),
        size=file.size,
        changed_at=_moment(file.modified),
        unfit=unfit,
        deep=bool(inside),
        subfolders=place.subfolders,
    )


def _unfit(path: str, body: Body) -> Reason | None:
    return None if body.size else EmptyFile(name=shown(path))


def _moment(nanoseconds: int) -> dt.datetime | None:
    """None for times that no calendar has: file systems keep any number."""
    try:
        return dt.datetime.fromtimestamp(nanoseconds / 1e9, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _now() -> float:
    return clock.now().timestamp()
