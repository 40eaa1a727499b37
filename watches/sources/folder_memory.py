"""What a folder's look remembers from one time to the next: which file is which, and which have stopped changing.

Pure: times, names and numbers in, decisions out. The adapter looks and reads; this decides.

Which file is which. An id is given once, when a file has stopped changing: its path then, and a mark of its bytes
then (`trip/cat.jpg#9f2c...`). From then on it stays with the file:

- renamed or moved (same inode, size and time elsewhere): same id, same revision, nothing new;
- moved by a program that copies and deletes (same bytes where a file has just gone missing): the same;
- written over in place, or replaced by a rename as editors do (same path, other bytes): same id, new revision;
- touched, or written again with the same bytes: same id, same revision, nothing new;
- all times of a disk moved by an hour, as those of FAT do: the same;
- deleted, and later the same bytes come back, under any name: same id and revision, nothing new;
- deleted, and later other bytes under the old name (cameras count from 1 again): a new file;
- copied: a new file with the same bytes; a hard link is the same file.

Inodes alone would not do (they are given again at once), nor would paths (a rename would be a new picture), nor
would bytes (a change would be a new picture). Files that were there at the first look are told by size and time
instead of their bytes (`revision` "123-456"): nobody waits for gigabytes to be read that are not to be posted.

Because ids are made of what the file was, losing the memory gives the same ids again to files that kept their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from watches.sources.disk import Body
from watches.sources.ids import by_looks, is_like, name_for

SETTLE = 3.0  # seconds between two looks in which nothing about a file may change
LATER = 0.1  # seconds by which the second look is later than that
REST = 60.0  # seconds a file must have lain still to count at the first look, where no second one is waited for
PATIENCE = 600.0  # seconds after which an empty file is not waited for any more
AGAIN = 60.0  # seconds after which a file that could not be read is tried again
TOLD = 0.0  # in `missing`: the file was reported as gone; it is remembered, should it come back
GHOSTS = 20_000  # so many of those are kept


@dataclass(frozen=True, slots=True)
class Known:
    """A file that was told about, as it was when last seen."""

    id: str
    revision: str
    inode: int
    size: int
    modified: int

    def looks_like(self, body: Body) -> bool:
        """Nothing was written to it since."""
        return (self.size, self.modified) == (body.size, body.modified)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file that may still be written to: how it was, since when (Unix seconds), and whether from the first look.

    before: it lay there at the moment when a watch was made. old: it was there before anybody could see it.
    """

    body: Body
    since: float
    first: bool = False
    before: bool = False
    old: bool = False

    def is_older(self, body: Body) -> bool:
        """Old, and only made readable since."""
        was = self.body
        return self.old and (was.size, was.modified) == (body.size, body.modified)


# A path as it is remembered: known, seen lately, missing since. And the line that says so, with its key.
Entry = tuple[Known | None, Fresh | None, float | None]
Told = tuple[Entry, str, str]


@dataclass(slots=True)
class Memory:
    """All of that about one place. `top`: device and inode of the folder, to notice that it is another one.

    closed, bare and looked are those of `watches.sources.beforehand`: paths that could not be read at a listing, nor
    since; folders without known files; when the last look was, or a little before.
    """

    top: tuple[int, int] | None = None
    files: dict[str, Known] = field(default_factory=dict)
    fresh: dict[str, Fresh] = field(default_factory=dict)
    missing: dict[str, float] = field(default_factory=dict)
    folders: dict[str, tuple[int, int]] = field(default_factory=dict)  # those with files: device and inode
    unread: dict[str, float] = field(default_factory=dict)  # could not be read: when that is tried again
    closed: list[str] = field(default_factory=list)
    bare: dict[str, tuple[int, int]] = field(default_factory=dict)
    looked: float = 0.0
    told: dict[str, Told] = field(default_factory=dict)  # how each path was remembered before this look
    back: set[str] = field(default_factory=set)  # of this look: paths of files that were told as gone, and are there

    def recognise(
        self, seen: dict[str, Body], now: float, hidden: Callable[[str], object] = lambda _: False
    ) -> dict[str, Body]:
        """Take over where the known files are now; returns those that are not known, or not known like this.

        `hidden`: whether nobody can say what is at a path now. What was there is neither seen nor missing then.
        """
        whereabouts = {(file.inode, file.size, file.modified): path for path, file in self.files.items()}
        files: dict[str, Known] = {}
        strangers: dict[str, Body] = {}
        for path, body in seen.items():
            known = self.files.get(path)
            origin = whereabouts.get((body.inode, body.size, body.modified))
            if origin is not None:
                files[path] = self.files[origin]
            elif known is not None and (known.looks_like(body) or is_like(known.revision, body)):
                # Restored from elsewhere, another kind of disk, or another zone.
                files[path] = replace(known, inode=body.inode, modified=body.modified)
            else:
                strangers[path] = body
        ids = {file.id for file in files.values()}
        files |= {path: file for path, file in self.files.items() if path not in files and file.id not in ids}
        missing = {
            path: self.missing.get(path, now)
            for path in files
            if (path not in seen and (self.missing.get(path) == TOLD or not hidden(path)))
            or (path in strangers and self.missing.get(path) == TOLD)
        }
        gone = {self.files[path].id for path, since in self.missing.items() if since == TOLD}
        self.back = {path for path, file in files.items() if file.id in gone and path not in missing}
        self.missing, self.files = missing, files
        return strangers

    def settled(
        self,
        strangers: dict[str, Body],
        now: float,
        was_there: Callable[[str, Body], bool] = lambda _path, _body: False,
        *,
        first: bool,
        listing: bool = False,
        making: bool = False,
    ) -> list[str]:
        """Which of these have stopped changing, oldest first. `first`: nobody has looked here before.

        `listing`: somebody has not been told of everything yet. `making`: a watch is made now; what lies here was
        there before. `was_there`: whether it was there before anybody could see it.
        """
        before, self.fresh = self.fresh, {}
        self.unread = {path: until for path, until in self.unread.items() if 0 < until - now <= AGAIN}
        ready = []
        for path, body in sorted(strangers.items(), key=lambda item: (item[1].modified, item[0])):
            fresh = _watched(before.get(path), body, now, first=first or (listing and path not in before))
            closed = was_there(path, body) or (listing and path in self.unread)
            old = closed or (path in before and before[path].is_older(body))
            if path in self.unread and not before.get(path, fresh).body.is_still(body):
                del self.unread[path]
            settled = _at_rest(fresh, now) if first else now - fresh.since >= _patience(body)
            if settled and path not in self.unread:
                ready.append(path)
            self.fresh[path] = replace(fresh, before=fresh.before or making, old=old)
        self.unread = {path: until for path, until in self.unread.items() if path in self.fresh}
        return ready

    def put_off(self, path: str, now: float) -> None:
        """It cannot be read: it is tried again after a while, or once it was changed."""
        self.unread[path] = now + AGAIN

    def adopt(self, path: str, body: Body, revision: str) -> bool:
        """Know this file from now on; whether that is news."""
        self.fresh.pop(path, None)
        old = self.files.get(path)
        gone = {self.files[other].id for other, since in self.missing.items() if since == TOLD}
        if old is not None and path in self.missing and old.revision != revision:
            old = None  # the one of this name was gone before: this is another file
        if old is None:
            old = self._came_back(body, revision)
        if old is not None and by_looks(old.revision) and old.looks_like(body):
            revision = old.revision  # never read before: as far as we know, these are the same bytes
        news = old is None or old.revision != revision or old.id in gone
        known_as = name_for(path, revision) if old is None else old.id
        self.files[path] = Known(known_as, revision, body.inode, body.size, body.modified)
        self.missing.pop(path, None)
        return news

    def _came_back(self, body: Body, revision: str) -> Known | None:
        """A missing file with these very bytes; as far as we know, when they were never read."""
        for path in self.missing:
            file = self.files[path]
            if file.revision == revision or (by_looks(file.revision) and file.looks_like(body)):
                del self.missing[path]
                return self.files.pop(path)
        return None

    def gone(self, now: float) -> list[str]:
        """Ids of files missing for long enough (saving takes a file away for a moment). Each is told once."""
        over = [path for path, since in self.missing.items() if since != TOLD and now - since >= SETTLE]
        told = [self.files[path].id for path in over]
        self.missing |= dict.fromkeys(over, TOLD)
        for path in [path for path, since in self.missing.items() if since == TOLD][:-GHOSTS]:
            del self.missing[path], self.files[path]
        return list(dict.fromkeys(told))

    def sees_any(self, seen: dict[str, Body]) -> bool:
        """Whether at least one known file is there as it was: then this is still the same folder."""
        return any(path in seen and file.looks_like(seen[path]) for path, file in self.files.items())

    @property
    def present(self) -> Iterator[tuple[str, Known]]:
        """The files that are there, by path."""
        return ((path, file) for path, file in self.files.items() if path not in self.missing)

    @property
    def unfinished(self) -> bool:
        """Whether something that was there at the first look is still waited for."""
        return any(fresh.first for fresh in self.fresh.values())

    def again_in(self, now: float) -> float:
        """Seconds until a second look would tell more; 0 when there is nothing to be told."""
        waiting = [since for since in self.missing.values() if since != TOLD]
        waiting += [fresh.since for path, fresh in self.fresh.items() if fresh.body.size and path not in self.unread]
        lefts = [since + SETTLE - now for since in waiting]
        return min((left if 0 < left <= SETTLE else SETTLE for left in lefts), default=0.0) + LATER * bool(lefts)


def _watched(before: Fresh | None, body: Body, now: float, *, first: bool) -> Fresh:
    if before is None or not before.body.is_still(body):
        return Fresh(body, now, first)
    return replace(before, body=body, since=min(before.since, now))  # the clock may have been set back


def _patience(body: Body) -> float:
    """Some programs make an empty file first and fill it when the bytes arrive."""
    return SETTLE if body.size else PATIENCE


def _at_rest(fresh: Fresh, now: float) -> bool:
    """Lying still for long, by both of its times.

    The time of writing alone would not do: programs that keep the old time set it while or after they copy. The time
    of change moves with every write. Clocks of file servers may be wrong, so that this is good enough only where
    nothing is posted because of it: for the files that were there before the watch.
    """
    latest = max(fresh.body.modified, fresh.body.changed) / 1e9
    return now - latest >= max(REST, _patience(fresh.body))
