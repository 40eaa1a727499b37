"""The files of all Google accounts: what people do with them, and the log of changes. No HTTP in here.

A file lies in one folder. It belongs to a person, or to a shared drive. Whoever may see a folder may see what
is in it. Every change of a file is written into the log of each person who may see it (`corpus`: their id), or
of the shared drive (`corpus`: its id).
"""

from __future__ import annotations

import hashlib
import io
import mimetypes

from PIL import Image, UnidentifiedImageError

from sandbox.google.people import Person
from sandbox.google.rows import DOCUMENT, FOLDER, SHORTCUT, Change, Node, SharedDrive
from sandbox.google.tree import subtree, watchers
from sandbox.world import World

TURNS = {3: 2, 6: 1, 8: 3}  # EXIF orientation -> clockwise quarter turns


def root(world: World, person: Person) -> Node:
    """The person's "My Drive", made when first asked for."""
    for one in world.table(Node).values():
        if one.owner == person.id and not one.parent and not one.drive:
            return one
    return _add(world, Node(_id(world, "0A", 14) + "PVA", "My Drive", FOLDER, "", person.id, "", *_now(world)))


def share_drive(world: World, name: str, members: list[Person]) -> SharedDrive:
    """A new shared drive."""
    drive = SharedDrive(_id(world, "0A", 14) + "PVA", name, [one.id for one in members], world.now())
    world.table(SharedDrive)[drive.id] = drive
    _add(world, Node(drive.id, name, FOLDER, "", "", drive.id, *_now(world)))
    for member in members:
        _log(world, member.id, "", drive=drive.id)
    return drive


def make_folder(world: World, name: str, into: Node) -> Node:
    """A new folder in `into`."""
    return _born(world, name, FOLDER, into)


def make_document(world: World, name: str, into: Node, mime: str = DOCUMENT) -> Node:
    """A document of Google's own kind: it has no bytes to download."""
    return _born(world, name, mime, into)


def make_shortcut(world: World, name: str, into: Node, target: Node) -> Node:
    """A shortcut to `target`, which may live anywhere."""
    made = _born(world, name, SHORTCUT, into)
    made.target = target.id
    return made


def upload(world: World, name: str, into: Node, content: bytes, mime: str = "") -> Node:
    """A new file. Two files of one name may lie in one folder."""
    kind = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
    made = _born(world, name, kind, into)
    _fill(world, made, content)
    return made


def replace_bytes(world: World, one: Node, content: bytes) -> None:
    """A new revision under the same id."""
    _fill(world, one, content)
    one.modified_at = world.now()
    changed(world, one)


def rename(world: World, one: Node, name: str) -> None:
    """Another name; the bytes and their revision stay."""
    one.name = name
    one.modified_at = world.now()
    changed(world, one)


def describe(world: World, one: Node, description: str) -> None:
    """The text under "Details"."""
    one.description = description
    changed(world, one)


def move(world: World, one: Node, into: Node) -> None:
    """Into another folder: one change, of this item; what lies below it is not mentioned.

    People who lose sight of it get a removal.
    """
    watching = watchers(world, one)
    one.parent = into.id
    for below in subtree(world, one):
        below.drive, below.owner = into.drive, "" if into.drive else below.owner or into.owner
    changed(world, one)
    for lost in watching - watchers(world, one):
        _log(world, lost, one.id, removed=True)


def trash(world: World, one: Node) -> None:
    """Into the bin; what lies below it is trashed too, though not explicitly."""
    one.trashed, one.trashed_at = True, world.now()
    changed(world, one)


def restore(world: World, one: Node) -> None:
    """Out of the bin."""
    one.trashed, one.trashed_at = False, 0.0
    changed(world, one)


def delete(world: World, one: Node) -> None:
    """Gone for good, with everything below."""
    for below in reversed(subtree(world, one)):
        for corpus in watchers(world, below):
            _log(world, corpus, below.id, removed=True)
        world.table(Node).pop(below.id)


def share(world: World, one: Node, person: Person) -> None:
    """Let a person see it, and what lies below."""
    one.readers = [*one.readers, person.id]
    changed(world, one)


def link(world: World, one: Node, key: str) -> None:
    """Whoever has the link, with the key in it, may see it."""
    one.link_key = key
    changed(world, one)


def unshare(world: World, one: Node, person: Person) -> None:
    """The person cannot see it any more: to them it looks like a deletion."""
    watching = {below.id: watchers(world, below) for below in subtree(world, one)}
    one.readers = [reader for reader in one.readers if reader != person.id]
    for below in subtree(world, one):
        for lost in watching[below.id] - watchers(world, below):
            _log(world, lost, below.id, removed=True)


def leave_drive(world: World, drive: SharedDrive, person: Person) -> None:
    """The person is no longer a member: the drive and its files are gone for them."""
    drive.members = [member for member in drive.members if member != person.id]
    _log(world, person.id, "", drive=drive.id, removed=True)
    for one in list(world.table(Node).values()):
        if one.drive == drive.id:
            _log(world, person.id, one.id, removed=True)


def _born(world: World, name: str, mime: str, into: Node) -> Node:
    owner = "" if into.drive else into.owner
    made = _add(world, Node(_id(world, "1", 32), name, mime, into.id, owner, into.drive, *_now(world)))
    changed(world, made)
    return made


def _add(world: World, one: Node) -> Node:
    world.table(Node)[one.id] = one
    return one


def _fill(world: World, one: Node, content: bytes) -> None:
    one.sha256 = world.keep(content)
    one.md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    one.sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    one.size = len(content)
    one.revision = _id(world, "0B", 49)
    one.width, one.height, one.rotation = _measured(content) if one.mime.startswith("image/") else (0, 0, 0)


def _measured(content: bytes) -> tuple[int, int, int]:
    """Width, height and quarter turns of a picture as stored; zeros when it cannot be read."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            turns = TURNS.get(picture.getexif().get(0x0112, 1), 0)
            return picture.width, picture.height, turns
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0, 0


def changed(world: World, one: Node) -> None:
    """A line in the log of everybody who sees it."""
    one.version += 1
    for corpus in watchers(world, one):
        _log(world, corpus, one.id)


def _log(world: World, corpus: str, file: str, *, drive: str = "", removed: bool = False) -> None:
    log = world.table(Change)
    line = Change(str(len(log) + 1), world.now(), corpus, file, drive, removed)
    log[line.id] = line


def _now(world: World) -> tuple[float, float]:
    return world.now(), world.now()


def _id(world: World, prefix: str, length: int) -> str:
    return prefix + world.new_token(length=length)
