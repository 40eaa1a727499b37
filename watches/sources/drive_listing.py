"""Reading the folders of places in Drive, a page at a time, and what lies in them. The half of a look that lists.

A question that stays without an answer is put off: a shortcut waits in its tree, a folder goes to the end of the row.
Only when several in a row were not answered is nobody there, and the look ends, behind the page that is being read:
what it has is right all the same, and nothing on a page is lost because of what came before it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from poster.errors import OutsideError, RateLimited, Refused, Unavailable
from watches.reasons.places import TooManyFolders
from watches.sources import Found, Place
from watches.sources.drive_calls import STALE_TOKEN, Calls, is_missing, only_here
from watches.sources.drive_items import (
    FOLDER,
    SHORTCUT,
    Item,
    is_document,
    is_odd,
    is_unfinished,
    made,
    moment,
    odd_name,
    parent,
    revision,
    size,
    unfit,
)
from watches.sources.drive_tree import Tree
from watches.sources.safe_names import shown

MOST_FOLDERS = 1000  # in one place: a look has to end
NOBODY = 3  # questions in a row without an answer: nobody is there


class Silent(Exception):
    """Google does not answer any more, or asked us to wait: this look is over. `error` says what it was."""

    def __init__(self, error: Unavailable) -> None:
        super().__init__(error.reason)
        self.error = error


@dataclass(slots=True)
class Listing:
    """What one look finds by reading folders. `files`: (place, file) -> what is told of it.

    until: from then on nothing more is asked for shortcuts, which wait for the next step (`unfinished`).
    """

    calls: Calls
    until: float
    files: dict[tuple[str, str], Found] = field(default_factory=dict)
    targets: dict[str, Item | None] = field(default_factory=dict)  # what shortcuts show, asked for once a look
    unanswered: dict[str, OutsideError] = field(default_factory=dict)  # place -> why
    in_a_row: int = 0
    quiet: Silent | None = None
    unfinished: bool = False

    def heard(self) -> None:
        """Somebody is there."""
        self.in_a_row = 0

    def put_off(self, error: Unavailable) -> None:
        """It was not answered. Raises Silent when that is enough."""
        self.in_a_row += 1
        if isinstance(error, RateLimited) or self.in_a_row >= NOBODY:
            raise Silent(error) from error

    def end_if_quiet(self) -> None:
        """Raises Silent when that was found while something had to be written down to its end."""
        if self.quiet:
            raise self.quiet

    def read_next(self, place: Place, tree: Tree) -> None:
        """One page of one folder. Raises Refused when the place is no folder for us any more, Silent."""
        if len(tree.folders) > MOST_FOLDERS:
            raise Refused(TooManyFolders(most=MOST_FOLDERS))
        inside, page = tree.todo.pop(0)
        try:
            items, following = self.calls.children(inside, tree.log, page)
        except Refused as error:
            self._read_otherwise(tree, inside, page, error)
            return
        except Unavailable as error:
            tree.todo.append([inside, page])
            if inside == tree.top:
                self.unanswered[place.id] = error
            self.put_off(error)
            return
        self.heard()
        tree.todo[:0] = [[inside, following]] if following else []
        for item in items:
            self.take(place, tree, item, came=None if place.making else made(item, self.calls.ahead), listing=True)
        self.end_if_quiet()

    def _read_otherwise(self, tree: Tree, inside: str, page: str, error: Refused) -> None:
        if page and error.trace.status in STALE_TOKEN:
            tree.todo.append([inside, ""])  # it took too long to get here: from the beginning
        elif inside == tree.top:
            raise error
        elif not is_missing(only_here(error)):
            tree.odd[inside] = tree.folder_name(inside)
        # Otherwise a subfolder was deleted since we heard of it: the change log tells next time.

    def take(self, place: Place, tree: Tree, item: Item, *, came: dt.datetime | None, listing: bool = False) -> None:
        """Write down something that lies in the place. `came`: since when, as far as we know."""
        if is_odd(item):
            item_id = str(item.get("id") or f"?{len(tree.odd)}")
            tree.odd[item_id] = odd_name(item)
            tree.unseen.discard(item_id)
            return
        tree.odd.pop(item["id"], None)
        if item["mimeType"] == FOLDER:
            if place.subfolders and (listing or item["id"] != tree.top):
                tree.enter(item["id"], parent(item), shown(item["name"]))
            return
        tree.unseen.discard(item["id"])
        if item["mimeType"] == SHORTCUT:
            self.follow(place, tree, item, came=came)
        elif not is_unfinished(item) and not is_document(item):
            tree.files[item["id"]] = parent(item)
            self.tell(place, tree, item, parent(item), came)

    def follow(self, place: Place, tree: Tree, shortcut: Item, *, came: dt.datetime | None) -> None:
        """However many show a file, it is one. Shortcuts to folders are not followed: they may lead in circles."""
        tree.waiting.pop(shortcut["id"], None)
        details = shortcut.get("shortcutDetails", {})
        target_id = details.get("targetId", "")
        if not target_id or details.get("targetMimeType") == FOLDER:
            return
        waits = shortcut | {"came": came.isoformat() if came else ""}
        try:
            if not self._may_ask(target_id):
                tree.waiting[shortcut["id"]] = waits
                return
            self.calls.learn_keys(shortcut)  # it may have waited since another look
            target = self._target(target_id)
        except Unavailable as error:
            tree.waiting[shortcut["id"]] = waits
            self._note_quiet(error)
            return
        if target is None or target["mimeType"] in {FOLDER, SHORTCUT}:
            return
        tree.links[shortcut["id"]] = (parent(shortcut), target_id)
        if not is_unfinished(target) and not is_document(target):
            self.tell(place, tree, target, parent(shortcut), came)

    def _may_ask(self, file_id: str) -> bool:
        if file_id in self.targets:
            return True
        over = time.monotonic() > self.until
        self.unfinished = self.unfinished or over
        return not over and self.quiet is None

    def _note_quiet(self, error: Unavailable) -> None:
        try:
            self.put_off(error)
        except Silent as quiet:
            self.quiet = quiet

    def _target(self, file_id: str) -> Item | None:
        """None when it is in the bin, not shared with the account, or odd. Raises Unavailable."""
        if file_id not in self.targets:
            try:
                item = self.calls.item(file_id)
            except Refused as error:
                only_here(error)
                item = {"trashed": True}
            self.heard()
            self.targets[file_id] = None if item.get("trashed") or is_odd(item) else item
        return self.targets[file_id]

    def follow_waiting(self, places: Iterable[Place], trees: dict[str, Tree]) -> None:
        """Shortcuts that were not answered before are asked about again. Raises Silent."""
        for place in places:
            tree = trees[place.id]
            for shortcut in list(tree.waiting.values()):
                self.follow(place, tree, shortcut, came=moment(shortcut.get("came", "")))
        self.end_if_quiet()

    def tell(self, place: Place, tree: Tree, item: Item, folder_id: str, came: dt.datetime | None) -> None:
        """It is there."""
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
            mime=item["mimeType"],
            appeared_at=came,
        )
