"""Google Drive: folders of an account's own, shared with it, or in shared drives. Read only.

A file is known by its id, which renaming and moving do not touch, and its bytes by their md5. Subfolders are followed;
shortcuts to files show those files; shortcuts to folders are not followed. `watches.sources.drive_look` does the
looking; the cursor keeps where we are in the change logs, and the folders and files of each place.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from accounts.providers.google import client as google
from poster.errors import Refused, Unavailable
from poster.reasons import Because, Quoted, _
from poster.reasons.rendering import sentence
from watches.reasons import places as why
from watches.sources import (
    MOST_OPENED,
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
    merged,
)
from watches.sources.atomic_files import arriving
from watches.sources.drive_calls import Calls, is_missing, only_here
from watches.sources.drive_items import FOLDER, SHORTCUT, Item, folder, is_odd, odd_name, revision
from watches.sources.drive_lines import lines, take_in
from watches.sources.drive_look import Look
from watches.sources.drive_preview import preview
from watches.sources.drive_tree import Tree
from watches.sources.drive_walk import named, opened
from watches.sources.safe_names import shown

NO_KEYS: Mapping[str, str] = {}
HOME = "root"  # Drive's own alias for the top of "My Drive"
LONGEST_FETCH = 120.0  # seconds; well below the time that a task of the queue may take
SHARED = "shared-with-me"  # for browsing only: it is a list, not a folder
_FILE_LINK = re.compile(r"/(file|document|spreadsheets|presentation|forms|drawings)/(u/\d+/)?d/")
_IN_LINK = re.compile(r"(?:/folders/|[?&]id=)([\w-]+)")
_ID = re.compile(r"[\w-]{10,200}", re.ASCII)


class DriveSource:
    """One account's Drive. `token`: a living access token with the scope drive.readonly."""

    about = About(
        put_in=_("the folder's link, as copied from the browser."),
        shows=_(
            "All folders of this account, its shared drives, and what others share with it. Shortcuts to folders are "
            "left out: paste the link of the folder itself."
        ),
        icon="drive",
        provider="google",
    )

    def __init__(self, token: str) -> None:
        self._token = token

    def look(self, places: Sequence[Place], cursor: Cursor, *, relist: bool = False) -> News:
        """What is new in these folders. Raises Unauthorized, RateLimited or Unavailable."""
        told = json.loads(cursor.text or "{}")
        trees = {place_id: Tree.from_json(tree) for place_id, tree in told.get("trees", {}).items()}
        take_in(trees, cursor.known)
        with self._open(told.get("keys", {})) as calls:
            look = Look(calls, trees, told.get("tokens", {}))
            look.at(merged(places), relist=relist)
        remembered = {place_id: tree.as_json() for place_id, tree in look.trees.items()}
        after = {"tokens": look.tokens, "trees": remembered, **_keys_of(calls, look)}
        text = json.dumps(after, separators=(",", ":"), sort_keys=True)
        return News(
            look.found,
            look.gone,
            Cursor(text, lines(look.trees)),
            look.listed,
            look.broken,
            more=look.more,
            unanswered=look.listing.unanswered,
            unread=look.unread,
        )

    def fetch(self, file: Found, to: Path, cursor: Cursor = NEVER_LOOKED) -> Fetched:
        """Download, and make sure that these are the bytes which were found."""
        with self._open(_keys_in(cursor)) as calls:
            item = self._as_found(calls, file)
            try:
                with arriving(to) as target:
                    digest = _Digest(target)
                    calls.bytes_of(file.external_id, digest)
                    return digest.checked(item, file.name)
            except Refused as error:
                only_here(error)
                told = why.FileRefused(name=file.name, cause=Because(error.reason))
                raise Refused(told, trace=error.trace) from error
            except OSError as error:
                said = Quoted(error.strerror or str(error))
                raise Unavailable(why.NotWrittenHere(name=file.name, said=said)) from error

    def still_there(self, file: Found, cursor: Cursor = NEVER_LOOKED) -> bool:
        """Whether the account still sees it, and not in the bin."""
        with self._open(_keys_in(cursor)) as calls:
            return _seen(calls, file) is not None

    def preview(self, file: Found, into: BinaryIO, seconds: float, cursor: Cursor = NEVER_LOOKED) -> None:
        """Google's own small picture of it."""
        preview(self._token, file, into, seconds, _keys_in(cursor))

    def browse(self, folder_id: str) -> list[Folder]:
        """The folders in a folder; "" begins with My Drive, the shared drives, and what is shared with the account."""
        with self._open() as calls:
            if not folder_id:
                drives = [Folder(one["id"], odd_name(one)) for one in calls.shared_drives() if one.get("id")]
                return [
                    Folder(HOME, sentence(_("My Drive"), {})),
                    *drives,
                    Folder(SHARED, sentence(_("Shared with me"), {})),
                ]
            where = "sharedWithMe = true" if folder_id == SHARED else f"'{_id_in(folder_id)}' in parents"
            return [Folder(item["id"], shown(item["name"])) for item in calls.folders(where)[0] if not is_odd(item)]

    def open(self, text: str) -> Opened:
        """The folder of this id or link. The top has My Drive, the shared drives, and what is shared with it."""
        if text.strip() in {"", SHARED}:
            names = {"": "Google Drive", SHARED: sentence(_("Shared with me"), {})}
            inside = self.browse(text.strip())
            some, all_there = inside[:MOST_OPENED], len(inside) <= MOST_OPENED
            return Opened(text.strip(), names[text.strip()], folders=some, all_folders=all_there, place=False)
        with self._open() as calls:
            return opened(calls, folder(_pointed_at(calls, _id_in(text.strip()))))

    def search(self, words: str, inside: str) -> Matches:
        """Anywhere that the account sees: Drive searches for the beginnings of words."""
        with self._open() as calls:
            return named(calls, words)

    def place(self, text: str) -> Place:
        """From a folder's id, or its link as copied from the browser or from "Share"."""
        with self._open() as calls:
            item = _pointed_at(calls, _id_in(text.strip()))
            top = folder(item)
            if top["id"] == top.get("driveId"):
                return Place(top["id"], shown(calls.drive_name(top["id"])))
            return Place(top["id"], shown(top["name"]))

    @contextmanager
    def _open(self, keys: Mapping[str, str] = NO_KEYS) -> Iterator[Calls]:
        with google.drive(self._token) as service:
            yield Calls(service, dict(keys))

    def _as_found(self, calls: Calls, file: Found) -> Item:
        """What Google says of it now. Raises Unavailable when it is not the one that was found."""
        item = _seen(calls, file)
        if item is None:
            raise Unavailable(why.LeftDrive(name=file.name))
        if revision(item) != file.revision:
            raise Unavailable(why.ChangedInDrive(name=file.name))
        return item


@dataclass(slots=True)
class _Digest:
    """Counts and hashes the bytes that pass, as long as there is time."""

    target: BinaryIO
    until: float = field(default_factory=lambda: time.monotonic() + LONGEST_FETCH)
    size: int = 0
    md5: hashlib._Hash = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)

    def write(self, piece: bytes, /) -> int:
        """Pass it on. Raises Unavailable when it takes too long."""
        if time.monotonic() > self.until:
            raise Unavailable(why.TookTooLong())
        self.size += len(piece)
        self.md5.update(piece)
        self.sha256.update(piece)
        return self.target.write(piece)

    def checked(self, item: Item, name: str) -> Fetched:
        """What arrived. Raises Unavailable when it is not what Google said it is."""
        fetched = Fetched(self.size, self.sha256.hexdigest())
        arrived = {"size": str(self.size), "md5Checksum": self.md5.hexdigest(), "sha256Checksum": fetched.sha256}
        if any(item.get(key, value) != value for key, value in arrived.items()):
            raise Unavailable(why.NotWholeOnArrival(name=name))
        return fetched


def _keys_of(calls: Calls, look: Look) -> dict[str, dict[str, str]]:
    """Of the files that are in a place. Seldom any: only what was shared by link long ago has a key."""
    inside = set().union(*(tree.ids for tree in look.trees.values()))
    keys = {file_id: key for file_id, key in calls.keys.items() if file_id in inside}
    return {"keys": keys} if keys else {}


def _keys_in(cursor: Cursor) -> Mapping[str, str]:
    """Without reading the whole of it where there are none: the names in it are sorted."""
    return json.loads(cursor.text)["keys"] if cursor.text.startswith('{"keys":') else NO_KEYS


def _seen(calls: Calls, file: Found) -> Item | None:
    """None when it is gone for this account, or in the bin."""
    try:
        item = calls.item(file.external_id)
    except Refused as error:
        if is_missing(error):
            return None
        raise
    return None if item.get("trashed") else item


def _id_in(text: str) -> str:
    """Raises Refused when there is no folder's id in it."""
    if text.rstrip("/").endswith(("/my-drive", HOME)):
        return HOME
    if _FILE_LINK.search(text):
        raise Refused(why.LinkOfAFile())
    in_link = _IN_LINK.search(text)
    found = _ID.fullmatch(in_link[1] if in_link else text)
    if not found:
        raise Refused(why.NoFolderInLink())
    return found[0]


def _pointed_at(calls: Calls, folder_id: str) -> Item:
    """The item, or what a shortcut points at. Raises Refused."""
    try:
        item = calls.item(folder_id)
        details = item.get("shortcutDetails") or {}
        if item.get("mimeType") == SHORTCUT and details.get("targetMimeType") == FOLDER:
            return calls.item(str(details.get("targetId")))
    except Refused as error:
        if not is_missing(error):
            raise
        raise Refused(why.NotShared(), trace=error.trace) from error
    return item
