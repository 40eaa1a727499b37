"""One look into a Drive account: what its change logs say, and full listings where they are needed.

The order keeps it right. Every log's place is taken before anything is listed, so that what happens meanwhile is told
next time; each place is asked for itself, so that one which was taken away is broken and not just quiet; and nothing
is believed but complete answers, so that a look which fails leaves the old memory as it was.

A shared drive has a change log of its own, and only that one tells everything about it (Drive guide "Track changes
for users and shared drives"); it can be read by members. What is shared out of it to others is in their own logs.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from poster.errors import OutsideError, Refused
from watches.sources import Found, Place
from watches.sources.drive_calls import Calls, LogLost, is_missing, only_here
from watches.sources.drive_items import (
    FOLDER,
    SHORTCUT,
    Item,
    folder,
    is_document,
    is_unfinished,
    moment,
    parent,
    revision,
    size,
    unfit,
)
from watches.sources.drive_tree import Tree
from watches.sources.showing import shown

MOST_FOLDERS = 1000  # in one place: a look has to end
LONGEST = 120.0  # seconds that one look lists; well below the time that a task of the queue may take
ACCOUNT = ""  # the key of the account's own change log
FAR_BACK = dt.datetime.min.replace(tzinfo=dt.UTC)


class _TooLong(Exception):
    """The time of this look is over in the middle of a listing."""


@dataclass(slots=True)
class Look:
    """One look at all places of an account. `trees` and `tokens` (log -> where we were) become the new cursor."""

    calls: Calls
    trees: dict[str, Tree]
    tokens: dict[str, str]
    files: dict[tuple[str, str], Found] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    listed: list[str] = field(default_factory=list)
    broken: dict[str, OutsideError] = field(default_factory=dict)
    targets: dict[str, Item | None] = field(default_factory=dict)  # what shortcuts show, asked for once a look
    until: float = field(default_factory=lambda: time.monotonic() + LONGEST)
    unfinished: bool = False  # the time was over before every place was listed: the next look goes on

    def at(self, places: Iterable[Place], *, relist: bool) -> None:
        """Do it. Raises what is wrong with the whole account; what is wrong with a place goes to `broken`."""
        places = list(places)
        self.trees = {place.id: self.trees[place.id] for place in places if place.id in self.trees}
        sound = [place for place in places if self._is_sound(place)]
        logs = {self.trees[place.id].log for place in sound}
        known = {log: token for log, token in self.tokens.items() if log in logs}
        self.tokens = {log: known[log] if log in known else self.calls.now(log) for log in sorted(logs)}
        for log in known:
            self._replay(log, sound)
        waiting = [place for place in sound if not place.listed or self.trees[place.id].stale]
        for place in [*waiting, *(place for place in sound if relist and place not in waiting)]:
            self._list(place)

    @property
    def found(self) -> list[Found]:
        """Oldest first."""
        return sorted(self.files.values(), key=lambda file: (file.changed_at or FAR_BACK, file.name))

    @property
    def gone(self) -> list[str]:
        """What was in one of the places and now is in none."""
        there = {file for tree in self.trees.values() for file in tree.ids}
        return sorted(self.lost - there)

    # Places

    def _is_sound(self, place: Place) -> bool:
        """Whether the place can be looked at; its tree is then there, perhaps still to be listed."""
        try:
            top = folder(self.calls.item(place.id))
            tree = self.trees.get(place.id)
            if tree is None or (tree.home, tree.deep) != (top.get("driveId", ""), place.subfolders):
                tree = self.trees[place.id] = self._new_tree(place, top, tree)
            tree.name = shown(top["name"])
        except Refused as error:
            self._break(place, only_here(error))
            return False
        return True

    def _new_tree(self, place: Place, top: Item, old: Tree | None) -> Tree:
        home = str(top.get("driveId", ""))
        tree = Tree(top["id"], home=home, log=self._log_of(home), deep=place.subfolders)
        if old is not None:  # remembered until it is listed again, to tell what is gone
            tree.folders, tree.files, tree.links = old.folders, old.files, old.links
        return tree

    def _log_of(self, drive: str) -> str:
        """The log that tells of this shared drive, for this account."""
        try:
            return drive if not drive or self.calls.now(drive) else ACCOUNT
        except Refused as error:
            only_here(error)
            return ACCOUNT  # no member: only something in it is shared with the account

    def _break(self, place: Place, error: Refused) -> None:
        """Remember what was in it, and list it when it is back."""
        self.broken[place.id] = _told(place, error)
        if place.id in self.trees:
            self.trees[place.id].stale = True

    # Changes

    def _replay(self, log: str, places: list[Place]) -> None:
        try:
            changes, self.tokens[log] = self.calls.changes(self.tokens[log], log)
        except LogLost:
            self._begin_again(log, places)
            return
        except Refused as error:
            only_here(error)
            self._leave(log)
            return
        for change in changes:
            for place in places:
                self._apply(change, log, place)

    def _begin_again(self, log: str, places: list[Place]) -> None:
        self.tokens[log] = self.calls.now(log)
        for place in places:
            self.trees[place.id].stale = True

    def _leave(self, log: str) -> None:
        """The account is no member of this shared drive any more, though it may still see something in it."""
        del self.tokens[log]
        self.tokens.setdefault(ACCOUNT, self.calls.now())
        for tree in self.trees.values():
            if tree.log == log:
                tree.log, tree.stale = ACCOUNT, True

    def _apply(self, change: Item, log: str, place: Place) -> None:
        tree, item_id, item = self.trees[place.id], change.get("fileId", ""), change.get("file")
        if not item_id or item_id == tree.top:
            return  # about a shared drive; or about the place itself, which has been asked
        if change.get("removed") or item is None:
            # Out of the account's own log is not out of a shared drive that has another.
            self.lost |= tree.bury(item_id) if log == tree.log else set()
        elif item.get("trashed"):
            self.lost |= tree.bury(item_id)
        else:
            self._moved(place, tree, item)

    def _moved(self, place: Place, tree: Tree, item: Item) -> None:
        """It is new, renamed, changed, moved in, out or about: see where it lies now."""
        inside = tree.holds(parent(item))
        if item["mimeType"] == FOLDER:
            if inside and item["id"] in tree.folders:
                tree.folders[item["id"]] = (parent(item), shown(item["name"]))
            elif inside:
                self._came_in(place, tree, item)
            else:
                self.lost |= tree.forget(item["id"])
            return
        self.lost |= tree.forget(item["id"])
        if inside:
            self._take(place, tree, item)
        elif where := tree.shows(item["id"]):
            self._tell(place, tree, item, where)

    def _came_in(self, place: Place, tree: Tree, item: Item) -> None:
        """A folder's arrival says nothing of what is in it."""
        try:
            self._walk(place, tree, self._take(place, tree, item))
        except Refused as error:
            only_here(error)
            tree.stale = True  # the full listing, in this same look, tells what is wrong
        except _TooLong:
            tree.stale = True

    # Listings

    def _list(self, place: Place) -> None:
        before = self.trees[place.id]
        if time.monotonic() > self.until:
            before.stale = self.unfinished = True
            return
        tree = before.bare()
        try:
            self._walk(place, tree, [tree.top])
        except _TooLong:
            self._leave_unlisted(place)
            return
        except Refused as error:
            self._break(place, only_here(error))
            return
        tree.stale = False
        self.trees[place.id] = tree
        self.lost |= before.ids
        self.listed.append(place.id)

    def _leave_unlisted(self, place: Place) -> None:
        """The next look begins with it; if this one did too, it is too large for any."""
        if self.listed:
            self.trees[place.id].stale = self.unfinished = True
            return
        said = f"Google takes longer than two minutes to list all that is in {shown(place.name or place.id)}."
        self._break(place, Refused(f"{said} Choose a smaller folder."))

    def _walk(self, place: Place, tree: Tree, waiting: list[str]) -> None:
        while waiting:
            if len(tree.folders) > MOST_FOLDERS:
                raise Refused(f"There are more than {MOST_FOLDERS} folders in it. Choose a smaller folder.")
            inside = waiting.pop()
            try:
                for item in self.calls.children(inside, tree.log):
                    if time.monotonic() > self.until:
                        raise _TooLong
                    waiting += self._take(place, tree, item)
            except Refused as error:
                if inside == tree.top or not is_missing(error):
                    raise
                # A subfolder was deleted since we heard of it: the change log tells next time.

    def _take(self, place: Place, tree: Tree, item: Item) -> list[str]:
        """Write down something that lies in the place; returns its id when it is a folder to be walked."""
        if item["mimeType"] == FOLDER:
            if not place.subfolders or tree.holds(item["id"]):
                return []
            tree.folders[item["id"]] = (parent(item), shown(item["name"]))
            return [item["id"]]
        if item["mimeType"] == SHORTCUT:
            self._follow(place, tree, item)
        elif not is_unfinished(item) and not is_document(item):
            tree.files[item["id"]] = parent(item)
            self._tell(place, tree, item, parent(item))
        return []

    def _follow(self, place: Place, tree: Tree, shortcut: Item) -> None:
        """However many show a file, it is one. Shortcuts to folders are not followed: they may lead in circles."""
        details = shortcut.get("shortcutDetails", {})
        target_id = details.get("targetId", "")
        if not target_id or details.get("targetMimeType") == FOLDER:
            return
        target = self._target(target_id)
        if target is None or target["mimeType"] in {FOLDER, SHORTCUT}:
            return
        tree.links[shortcut["id"]] = (parent(shortcut), target_id)
        if not is_unfinished(target) and not is_document(target):
            self._tell(place, tree, target, parent(shortcut))

    def _target(self, file_id: str) -> Item | None:
        """None when it is in the bin, or not shared with the account."""
        if file_id not in self.targets:
            try:
                item = self.calls.item(file_id)
            except Refused as error:
                only_here(error)
                item = {"trashed": True}
            self.targets[file_id] = None if item.get("trashed") else item
        return self.targets[file_id]

    def _tell(self, place: Place, tree: Tree, item: Item, folder_id: str) -> None:
        self.files[place.id, item["id"]] = Found(
            place_id=place.id,
            external_id=item["id"],
            revision=revision(item),
            name=shown(item["name"]),
            folder=tree.folder_name(folder_id),
            size=size(item),
            changed_at=moment(item.get("modifiedTime", "")),
            unfit=unfit(item),
            deep=folder_id != tree.top,
        )


def _told(place: Place, error: Refused) -> Refused:
    if not is_missing(error):
        return error
    name = shown(place.name or place.id)
    return Refused(
        f"The folder {name} was deleted, or is no longer shared with the connected Google account. "
        "Share it again, or choose another folder.",
        trace=error.trace,
    )
