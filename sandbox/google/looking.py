"""What an app sees of the files through the Drive API: one file, searches, changes. Values in, bodies out.

Sources: Drive v3 discovery document; "Search for files", "Retrieve changes", "Shared drive support".
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from math import inf

from sandbox import faults
from sandbox.google import query
from sandbox.google.parameters import Wanted
from sandbox.google.people import Person
from sandbox.google.problems import Problem
from sandbox.google.resources import Resource, distorted, drive_resource, file_resource, written
from sandbox.google.rows import Change, Node, NoSuchFile, SharedDrive
from sandbox.google.storage import root
from sandbox.google.tree import may_see, node, opened_by_key
from sandbox.world import World

Sortable = bool | int | str | list[tuple[bool, int, str]]
HOST = "www.googleapis.com"
CORPORA = {"", "user", "domain", "drive", "allDrives"}
ORDERS = {
    "createdTime",
    "folder",
    "modifiedByMeTime",
    "modifiedTime",
    "name",
    "name_natural",
    "quotaBytesUsed",
    "recency",
    "sharedWithMeTime",
    "starred",
    "viewedByMeTime",
}
TIMES_OF_ORDER = dict.fromkeys(("recency", "modifiedByMeTime", "viewedByMeTime"), "modifiedTime")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, through an app that may see all files or only those made for it. `keys`: "id/key", see `tree`."""

    person: Person
    all_files: bool = True
    keys: frozenset[str] = frozenset()


def find(world: World, reader: Reader, file_id: str, *, drives: bool) -> Node:
    """The file, if the reader may see it, and asked for shared drives where it lies in one. Raises Problem."""
    wanted = root(world, reader.person).id if file_id == "root" else file_id
    try:
        found = node(world, wanted)
    except NoSuchFile:
        raise Problem("notFound", file_id) from None
    opens = opened_by_key(world, reader.person.id, found, reader.keys, usually=_shown(world, reader, found))
    if not opens or (found.drive and not drives):
        raise Problem("notFound", file_id)
    return found


def search(world: World, reader: Reader, wanted: Wanted) -> Resource:
    """files.list: one page. Raises Problem."""
    _check_corpora(world, reader, wanted)
    asked = _query(world, reader, wanted)
    drives = _drives_too(wanted)
    horizon = _horizon(world)
    visible = [
        file_resource(world, one, reader.person)
        for one in list(world.table(Node).values())
        if one.parent
        and one.created_at <= horizon
        and _shown(world, reader, one)
        and (drives or not one.drive)
        and wanted.text("driveId") in ("", one.drive)
    ]
    found = _ordered([file for file in visible if asked.test(file)], wanted.text("orderBy"))
    files, next_token = _page(world, found, wanted, ("q", "orderBy", "corpora", "driveId", "spaces"))
    incomplete = wanted.text("corpora") == "allDrives" and faults.trouble(world, "incomplete_search", host=HOST)
    shown = [distorted(world, file) for file in files]
    body: Resource = {"kind": "drive#fileList", "incompleteSearch": bool(incomplete), "files": shown}
    return body | ({"nextPageToken": next_token} if next_token else {})


def start_token(world: World, reader: Reader, wanted: Wanted) -> Resource:
    """changes.getStartPageToken: what comes after everything that has happened."""
    if wanted.text("driveId"):
        _member(world, reader, wanted.text("driveId"))
    return {"kind": "drive#startPageToken", "startPageToken": str(_end_of_log(world))}


def changes(world: World, reader: Reader, wanted: Wanted) -> Resource:
    """changes.list: one page. A file that changed often is named once, at its last change. Raises Problem."""
    if wanted.text("driveId"):
        _member(world, reader, wanted.text("driveId"))
    since = _place_in_log(world, wanted.text("pageToken"))
    end = _end_of_log(world)
    lines = _latest([line for line in _lines(world, reader, wanted) if int(line.id) < end], since)
    entries = (entry for line in lines if (entry := _change(world, reader, line, wanted)) is not None)
    page = list(islice(entries, _rows_a_page(world, wanted)))
    body: Resource = {"kind": "drive#changeList", "changes": [entry for _, entry in page]}
    following = next(entries, None)
    if following is not None:
        return body | {"nextPageToken": following[0]}
    return body | {"newStartPageToken": str(max(end, since))}


def drives(world: World, reader: Reader, wanted: Wanted) -> Resource:
    """drives.list: one page of the shared drives that the reader is a member of."""
    mine = [drive_resource(drive) for drive in world.table(SharedDrive).values() if reader.person.id in drive.members]
    page, next_token = _page(world, mine, wanted, ("q",))
    return {"kind": "drive#driveList", "drives": page} | ({"nextPageToken": next_token} if next_token else {})


def drive(world: World, reader: Reader, drive_id: str) -> Resource:
    """drives.get. Raises Problem notFound."""
    return drive_resource(_member(world, reader, drive_id))


def _member(world: World, reader: Reader, drive_id: str) -> SharedDrive:
    found = world.table(SharedDrive).get(drive_id)
    if found is None or reader.person.id not in found.members:
        raise Problem("notFound", message=f"Shared drive not found: {drive_id}", location="driveId")
    return found


def _shown(world: World, reader: Reader, one: Node) -> bool:
    return reader.all_files and may_see(world, reader.person.id, one)


def _drives_too(wanted: Wanted) -> bool:
    listed = wanted.flag("includeItemsFromAllDrives", "includeTeamDriveItems")
    supported = wanted.flag("supportsAllDrives", "supportsTeamDrives")
    if listed and not supported:
        raise Problem(
            "invalid",
            "includeItemsFromAllDrives",
            message="includeItemsFromAllDrives can only be true when supportsAllDrives is true.",
        )
    return listed


def _check_corpora(world: World, reader: Reader, wanted: Wanted) -> None:
    if wanted.text("corpora") not in CORPORA:
        raise Problem("invalid", "corpora")
    if (wanted.text("corpora") == "drive") is not bool(wanted.text("driveId")):
        raise Problem(
            "invalid",
            "driveId",
            message="The driveId must be specified if and only if corpora is set to drive.",
        )
    if wanted.text("corpora") in {"drive", "allDrives"} and not _drives_too(wanted):
        raise Problem(
            "invalid",
            "includeItemsFromAllDrives",
            message="includeItemsFromAllDrives must be set to true when corpora is drive or allDrives.",
        )
    if wanted.text("driveId"):
        _member(world, reader, wanted.text("driveId"))
    if wanted.text("spaces") not in {"drive", "appDataFolder"}:
        raise Problem("invalid", "spaces")


def _query(world: World, reader: Reader, wanted: Wanted) -> query.Query:
    """The query, tested against the folders that it names: Drive answers 404 for one that is not there."""
    try:
        asked = query.parse(wanted.text("q"), root=root(world, reader.person).id)
    except query.BadQuery as error:
        raise Problem("invalid", "q") from error
    drives = wanted.flag("supportsAllDrives", "supportsTeamDrives")
    for folder in asked.folders:
        try:
            find(world, reader, folder, drives=drives)
        except Problem:
            raise Problem("notFound", "") from None
    return asked


def _ordered(files: list[Resource], order: str) -> list[Resource]:
    """Sorted as asked; newest first when nothing was asked."""
    for key in reversed(order.split(",") if order else ["modifiedTime desc"]):
        name, _, direction = key.strip().partition(" ")
        if name not in ORDERS or direction not in {"", "desc"}:
            raise Problem("invalid", "orderBy", message=f"Sorting is not supported for {key}.")
        files = sorted(files, key=_sort_key(name), reverse=direction == "desc")
    return files


def _sort_key(name: str) -> Callable[[Resource], Sortable]:
    if name == "folder":
        return lambda file: not file["mimeType"].endswith(".folder")
    if name == "quotaBytesUsed":
        return lambda file: int(file[name])
    if name == "name_natural":
        return lambda file: [
            (part.isdecimal(), int(part) if part.isdecimal() else 0, part.lower())
            for part in re.split(r"(\d+)", file["name"])
        ]
    key = TIMES_OF_ORDER.get(name, name)
    return lambda file: str(file.get(key, "")).lower()


def _rows_a_page(world: World, wanted: Wanted) -> int:
    """At most as many as was asked for; the fault `short_pages` makes it fewer, as Drive may."""
    short = faults.trouble(world, "short_pages", host=HOST)
    return min(wanted.size, max(short.code, 1)) if short else wanted.size


def _page(world: World, found: list[Resource], wanted: Wanted, binding: tuple[str, ...]) -> tuple[list[Resource], str]:
    """One page and the token of the next. A token is good only for the query it was made for."""
    purpose = hashlib.sha256(json.dumps([wanted.text(name) for name in binding]).encode()).hexdigest()[:16]
    start = _offset(wanted.text("pageToken"), purpose) if wanted.text("pageToken") else 0
    end = start + _rows_a_page(world, wanted)
    more = end < len(found)
    token = "~!!~" + base64.urlsafe_b64encode(f"{purpose}:{end}".encode()).decode() if more else ""
    return found[start:end], token


def _offset(token: str, purpose: str) -> int:
    try:
        made_for, _, offset = base64.urlsafe_b64decode(token.removeprefix("~!!~")).decode().partition(":")
    except ValueError:
        made_for, offset = "", ""
    if made_for != purpose or not offset.isdecimal():
        raise Problem("invalid", "pageToken")
    return int(offset)


def _horizon(world: World) -> float:
    """Until when the lists know what happened. The fault `listing_lag` holds them back."""
    lag = faults.trouble(world, "listing_lag", host=HOST)
    return world.now() - lag.seconds if lag else inf


def _end_of_log(world: World) -> int:
    """The place after the last change that the lists know of."""
    horizon = _horizon(world)
    return 1 + sum(line.at <= horizon for line in world.table(Change).values())


def _place_in_log(world: World, token: str) -> int:
    if not token:
        raise Problem("required", status=400, message="Required parameter: pageToken", location="pageToken")
    if not token.isdecimal() or not 0 < int(token) <= len(world.table(Change)) + 1:
        raise Problem("invalid", "pageToken")
    return int(token)


def _lines(world: World, reader: Reader, wanted: Wanted) -> list[Change]:
    """The lines of the log that are for this reader and this call."""
    if wanted.text("driveId"):
        corpora = {wanted.text("driveId")}
    else:
        mine = {one.id for one in world.table(SharedDrive).values() if reader.person.id in one.members}
        corpora = {reader.person.id} | (mine if _drives_too(wanted) else set())
    return [line for line in world.table(Change).values() if line.corpus in corpora]


def _latest(lines: list[Change], since: int) -> list[Change]:
    last = {(line.file, line.drive): line for line in lines if int(line.id) >= since}
    return sorted(last.values(), key=lambda line: int(line.id))


def _change(world: World, reader: Reader, line: Change, wanted: Wanted) -> tuple[str, Resource] | None:
    about = {"kind": "drive#change", "time": written(line.at)}
    if not line.file:
        entry = _change_of_drive(world, reader, line) if _drives_too(wanted) else None
    else:
        entry = _change_of_file(world, reader, line)
    if entry is None or (entry["removed"] and not wanted.flag("includeRemoved")):
        return None
    if wanted.flag("restrictToMyDrive") and not entry["removed"] and not entry.get("file", {}).get("ownedByMe"):
        return None
    return line.id, about | entry


def _change_of_file(world: World, reader: Reader, line: Change) -> Resource:
    about = {"type": "file", "changeType": "file", "fileId": line.file}
    one = world.table(Node).get(line.file)
    if one is None or not _shown(world, reader, one):
        return about | {"removed": True}
    return about | {"removed": False, "file": distorted(world, file_resource(world, one, reader.person))}


def _change_of_drive(world: World, reader: Reader, line: Change) -> Resource:
    about = {"type": "drive", "changeType": "drive", "driveId": line.drive}
    found = world.table(SharedDrive).get(line.drive)
    if found is None or reader.person.id not in found.members:
        return about | {"removed": True}
    return about | {"removed": False, "drive": drive_resource(found)}
