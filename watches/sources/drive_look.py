"""One step of a look into a Drive account: what its change logs say, and listings where they are needed.

The order keeps it right. Every log's place is taken before anything is listed, so that what happens meanwhile is told
next time; a place is asked for itself when it is new, when it is listed again, and when a log speaks of it or of a
folder that it may lie in: taken away, it is broken and not just quiet. A quiet look is one question to each log.

All places share the account's one position in each log. A page is applied to every place and kept with the position
behind it, in one cursor, so that whoever goes on after a worker that died goes on from both. A place that was not there
(a new watch, a paused one) has no tree, and is listed.

A shared drive has a change log of its own, and only that one tells everything about it (Drive guide "Track changes
for users and shared drives"); it can be read by members. What is shared out of it to others is in their own logs.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from poster.errors import OutsideError, Refused, Unavailable
from watches.sources import Found, Place
from watches.sources.drive_calls import Calls, LogLost, only_here
from watches.sources.drive_changes import came_in, casts_doubt, file_in, told_of
from watches.sources.drive_items import FOLDER, Item, folder, is_odd, parent
from watches.sources.drive_listing import Listing, Silent
from watches.sources.drive_tree import Tree
from watches.sources.safe_names import shown

STEP = 5.0  # seconds that one step lists: then what it has is kept
ACCOUNT = ""  # the key of the account's own change log
FAR_BACK = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(slots=True)
class Look:
    """One step at all places of an account. `trees` and `tokens` (log -> where we were) become the new cursor."""

    calls: Calls
    trees: dict[str, Tree]
    tokens: dict[str, str]
    lost: set[str] = field(default_factory=set)
    listed: list[str] = field(default_factory=list)
    more: bool = False
    until: float = field(default_factory=lambda: time.monotonic() + STEP)
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        self.listing = Listing(self.calls, self.until)

    def at(self, places: Iterable[Place], *, relist: bool) -> None:
        """Do it. Raises what is wrong with the whole account; what is wrong with a place goes to its tree."""
        places = list(places)
        self.trees = {place.id: self.trees[place.id] for place in places if place.id in self.trees}
        for tree in self.trees.values() if relist else ():
            tree.stale = tree.doubtful = True
        silent = {place.id for place in places}
        try:
            self._ask_for_each([place for place in places if self._is_strange(place)])
            known = [place for place in places if place.id in self.trees]
            self._take_places_in_logs(known)
            for log in sorted(self.tokens):
                if not self._read(log, known):
                    self.more = True
                    return
                silent -= {place.id for place in known if self.trees[place.id].log == log}
            self._take_places_in_logs(known)
            self._ask_for_each([place for place in known if self.trees[place.id].doubtful], in_logs=True)
            sound = [place for place in known if self.trees[place.id].is_sound]
            self.listing.follow_waiting(sound, self.trees)
            self._list(sound)
        except Silent as quiet:
            self.more = False
            unfinished = {place_id for place_id, tree in self.trees.items() if tree.todo or tree.stale or tree.doubtful}
            for place_id in silent | {each for each in unfinished if not self.trees[each].problem}:
                self.listing.unanswered.setdefault(place_id, quiet.error)

    @property
    def found(self) -> list[Found]:
        """Oldest first."""
        return sorted(self.listing.files.values(), key=lambda file: (file.changed_at or FAR_BACK, file.name))

    @property
    def gone(self) -> list[str]:
        """What was in one of the places and now is in none."""
        there = {file for tree in self.trees.values() for file in tree.ids}
        return sorted(self.lost - there)

    @property
    def broken(self) -> dict[str, OutsideError]:
        """Places that are no folders for us, with what was said when they were asked for."""
        return {place_id: Refused(tree.problem) for place_id, tree in self.trees.items() if tree.problem}

    @property
    def unread(self) -> dict[str, list[str]]:
        """Names of what could not be read, by place; only places that have some."""
        told = {place_id: tree.unread(listing=self.more) for place_id, tree in self.trees.items()}
        return {place_id: names for place_id, names in told.items() if names}

    # Places

    def _is_strange(self, place: Place) -> bool:
        tree = self.trees.get(place.id)
        return tree is None or tree.deep != place.subfolders

    def _ask_for_each(self, places: Iterable[Place], *, in_logs: bool = False) -> None:
        """Ask for places that are new, or of which a log spoke: where the logs of those end now is taken with each."""
        for place in places:
            if time.monotonic() > self.until:
                self.more = True
                return
            try:
                self._ask(place)
                if in_logs:
                    self._take_places_in_logs([place])
            except Unavailable as error:
                self.listing.unanswered[place.id] = error
                self.listing.put_off(error)

    def _ask(self, place: Place) -> None:
        """Whether the place can be looked at. Raises Unavailable, and what is wrong with the whole account."""
        tree = self.trees.get(place.id)
        try:
            top = folder(self.calls.item(place.id))
            if tree is None or (tree.home, tree.deep) != (str(top.get("driveId") or ""), place.subfolders):
                tree = self._new_tree(place, top, tree)
            tree.name, tree.problem, tree.doubtful = shown(top["name"]), None, False
        except Refused as error:
            tree = tree or Tree(place.id)
            tree.deep = place.subfolders
            self._break(place, tree, only_here(error))
        self.listing.heard()
        self.trees[place.id] = tree

    def _new_tree(self, place: Place, top: Item, old: Tree | None) -> Tree:
        home = str(top.get("driveId") or "")
        tree = Tree(top["id"], home=home, log=self.calls.log_of(home), deep=place.subfolders)
        if old is not None:  # remembered until it is listed again, to tell what is gone
            tree.folders, tree.files, tree.links = old.folders, old.files, old.links
        return tree

    def _break(self, place: Place, tree: Tree, error: Refused) -> None:
        """Remember what was in it, and list it when it is back."""
        tree.problem, tree.stale, tree.doubtful = told_of(place, error), True, False
        tree.full, tree.todo, tree.unseen = False, [], set()

    # Changes

    def _take_places_in_logs(self, places: Iterable[Place]) -> None:
        """Where the logs of these end now, unless we are reading them already. Those of nobody are left."""
        if not self.trees:
            return
        logs = {tree.log for tree in self.trees.values()}
        self.tokens = {log: token for log, token in self.tokens.items() if log in logs}
        for log in sorted({self.trees[place.id].log for place in places} - set(self.tokens)):
            try:
                self.tokens[log] = self.calls.now(log)
            except Unavailable as error:
                raise Silent(error) from error

    def _read(self, log: str, places: list[Place]) -> bool:
        """A page of a log, into all trees. False when there are more. Raises Silent."""
        try:
            changes, self.tokens[log], over = self.calls.changes(self.tokens[log], log)
        except LogLost:
            self._begin_again(log)
            return True
        except Unavailable as error:
            unheard = (place.id for place in places if self.trees[place.id].log == log)
            self.listing.unanswered |= dict.fromkeys(unheard, error)
            self.listing.put_off(error)
            return True
        except Refused as error:
            only_here(error)
            self._leave(log)
            return True
        self.listing.heard()
        quiet = None
        for place in places:
            quiet = self._follow(changes, log, place, quiet)
        if quiet:
            self.listing.put_off(quiet)
        self.listing.end_if_quiet()
        return over

    def _follow(self, changes: list[Item], log: str, place: Place, quiet: Unavailable | None) -> Unavailable | None:
        """Write changes into a tree, once it is sure that its place is there still: else nothing in it is gone."""
        if any(casts_doubt(change, self.trees[place.id]) for change in changes):
            quiet = quiet or self._ask_for(place)
            if quiet:
                self.trees[place.id].stale = self.trees[place.id].doubtful = True
                return quiet
        if not self.trees[place.id].problem:
            for change in changes:
                self._apply(change, log, place)
        return quiet

    def _ask_for(self, place: Place) -> Unavailable | None:
        try:
            self._ask(place)
        except Unavailable as error:
            return error
        return None

    def _begin_again(self, log: str) -> None:
        for tree in self.trees.values():
            tree.stale = tree.doubtful = True
        try:
            self.tokens[log] = self.calls.now(log)
        except Unavailable as error:
            raise Silent(error) from error

    def _leave(self, log: str) -> None:
        """The account is no member of this shared drive any more, though it may still see something in it."""
        del self.tokens[log]
        for tree in self.trees.values():
            if tree.log == log:
                tree.log, tree.stale, tree.doubtful = ACCOUNT, True, True

    def _apply(self, change: Item, log: str, place: Place) -> None:
        tree, item_id, item = self.trees[place.id], file_in(change), change.get("file")
        if not item_id or item_id == tree.top:
            return  # about a shared drive; or about the place itself, which is asked
        if change.get("removed") or not isinstance(item, dict):
            # Out of the account's own log is not out of a shared drive that has another.
            self.lost |= tree.bury(item_id) if log == tree.log else set()
        elif item.get("trashed"):
            self.lost |= tree.bury(item_id)
        elif not is_odd(item):
            self._moved(place, tree, item, change)
        elif tree.holds(parent(item)):
            self.listing.take(place, tree, item, came=None)

    def _moved(self, place: Place, tree: Tree, item: Item, change: Item) -> None:
        """It is new, renamed, changed, moved in, out or about: see where it lies now."""
        inside = tree.holds(parent(item))
        if item["mimeType"] == FOLDER:
            if inside and place.subfolders:
                tree.enter(item["id"], parent(item), shown(item["name"]))
            elif not inside:
                self.lost |= tree.forget(item["id"])
            return
        came = came_in(tree, item, change, self.calls.ahead)
        self.lost |= tree.forget(item["id"])
        if inside:
            self.listing.take(place, tree, item, came=came)
        elif where := tree.shows(item["id"]):
            self.listing.tell(place, tree, item, where, came)

    # Listings

    def _list(self, places: Iterable[Place]) -> None:
        """Go on with every place that is to be listed, as long as there is time. Raises Silent."""
        for place in places:
            tree = self.trees[place.id]
            wants = not place.listed and not (tree.full and place.wanted <= set(tree.wanted))
            if tree.stale or wants:
                tree.begin(place.wanted)
            if tree.todo and not self._read_on(place, tree):
                self.more = True
                return
            if tree.full and not tree.todo:
                self._conclude(place, tree)
        self.more = self.more or self.listing.unfinished

    def _read_on(self, place: Place, tree: Tree) -> bool:
        """False when the time is over before all is read. What was not answered waits for the next look."""
        put_off: list[list[str]] = []
        try:
            while tree.todo:
                if time.monotonic() > self.until:
                    return False
                now = tree.todo[0]
                self.listing.read_next(place, tree)
                if tree.todo and tree.todo[-1] == now:
                    put_off.append(tree.todo.pop())
        except Refused as error:
            self._break(place, tree, only_here(error))
        finally:
            tree.todo += put_off
        return True

    def _conclude(self, place: Place, tree: Tree) -> None:
        """All folders are read. The place is listed once what its shortcuts show was told as well."""
        self.lost |= tree.sweep()
        if not tree.waiting:
            tree.full, tree.wanted = False, []
            self.listed.append(place.id)
