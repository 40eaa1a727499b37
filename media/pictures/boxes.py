"""Boxes of HEIC and AVIF: which items a file has, where their bytes lie, and what is said about them.

ISO/IEC 14496-12 (boxes, `iloc`, `iinf`, `iref`, `ipma`) and ISO/IEC 23008-12 (which items are pictures). Strict: boxes
fill what they lie in, names are letters, counts are what there is. What does not fit raises BadBoxes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

Data = bytes | mmap

MOST_ITEMS = 10_000
MOST_UNUSED = 3  # 0 stands for "no property"; phones of Nokia and Samsung write one of them
IN_FILE, IN_IDAT = 0, 1
PRINTABLE = frozenset(range(32, 127))


class BadBoxes(ValueError):
    """The boxes contradict each other or the file."""


@dataclass(frozen=True, slots=True)
class Box:
    """`start` and `end` of what is in it, in bytes of the file."""

    kind: bytes
    start: int
    end: int


@dataclass(slots=True)
class Item:
    """One item. `extents`: where its bytes are, as (start, end) in the file; None for a way that we do not follow."""

    kind: bytes = b""
    content_type: bytes = b""
    extents: list[tuple[int, int]] | None = field(default_factory=list)
    properties: list[Box] = field(default_factory=list)

    def read(self, data: Data) -> bytes:
        """All of its bytes."""
        return b"".join(data[start:end] for start, end in self.extents or [])


@dataclass(slots=True)
class Catalogue:
    """What `meta` tells. `references`: (kind, from) -> to."""

    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    references: dict[tuple[bytes, int], list[int]] = field(default_factory=dict)

    def coded(self, item_id: int) -> list[int]:
        """The items with the coded pictures that this one is made of: itself, or the tiles of a grid."""
        seen: list[int] = []
        waiting = [item_id]
        while waiting:
            one = waiting.pop(0)
            if one not in seen:
                seen.append(one)
                waiting += self.references.get((b"dimg", one), [])
        return seen

    def said_of(self, item_id: int, kind: bytes) -> list[Box]:
        """Properties of this kind, of the item itself or else of the first of its tiles that has any."""
        for one in self.coded(item_id):
            if found := [box for box in self._properties(one) if box.kind == kind]:
                return found
        return []

    def _properties(self, item_id: int) -> list[Box]:
        item = self.items.get(item_id)
        return item.properties if item else []


def boxes(data: Data, start: int, end: int, *, strict: bool = True) -> Iterator[Box]:
    """The boxes between two places. With `strict` they fill it; without, what does not fit ends the list."""
    while start < end:
        size, kind, head = int.from_bytes(data[start : start + 4]), data[start + 4 : start + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16]), 16
        elif size == 0 and not strict:
            size = end - start  # the last box of a file may leave its size open
        if size < head or start + size > end or not PRINTABLE.issuperset(kind):
            if strict:
                raise BadBoxes(f"a box at {start} does not fit")
            return
        yield Box(kind, start + head, start + size)
        start += size


def top(data: Data) -> list[Box]:
    """The boxes of the file itself."""
    return list(boxes(data, 0, len(data), strict=False))


def catalogue(data: Data) -> Catalogue:
    """What the file's `meta` box tells. Raises BadBoxes, also when there is none."""
    meta = next((box for box in top(data) if box.kind == b"meta"), None)
    if meta is None:
        raise BadBoxes("no meta")
    inside = {box.kind: box for box in boxes(data, meta.start + 4, meta.end)}
    found = Catalogue()
    try:
        _primary(data, inside, found)
        _kinds(data, inside[b"iinf"], found)
        _places(data, inside[b"iloc"], inside.get(b"idat"), found)
        _properties(data, inside[b"iprp"], found)
        if b"iref" in inside:
            _references(data, inside[b"iref"], found)
    except (KeyError, IndexError, struct.error) as error:
        raise BadBoxes(f"meta lacks {error}") from error
    return found


@dataclass(slots=True)
class _Reader:
    """Numbers, one after the other, out of one box."""

    data: Data
    at: int
    end: int

    def number(self, size: int) -> int:
        if self.at + size > self.end:
            raise BadBoxes(f"a box ends too early at {self.at}")
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at])

    def closed(self) -> None:
        if self.at != self.end:
            raise BadBoxes(f"a box has bytes left at {self.at}")


def _opened(data: Data, box: Box) -> tuple[_Reader, int, int]:
    """A reader behind version and flags, and these."""
    reader = _Reader(data, box.start, box.end)
    return reader, reader.number(1), reader.number(3)


def _primary(data: Data, inside: dict[bytes, Box], found: Catalogue) -> None:
    reader, version, _ = _opened(data, inside[b"pitm"])
    found.primary = reader.number(4 if version else 2)
    reader.closed()


def _kinds(data: Data, box: Box, found: Catalogue) -> None:
    reader, version, _ = _opened(data, box)
    count = reader.number(4 if version else 2)
    entries = list(boxes(data, reader.at, box.end))
    if len(entries) != count or count > MOST_ITEMS:
        raise BadBoxes("iinf does not hold as many items as it says")
    for entry in entries:
        one, version, _ = _opened(data, entry)
        if version < 2:
            raise BadBoxes("an old kind of infe")
        item_id = one.number(4 if version == 3 else 2)
        one.number(2)
        kind = one.number(4).to_bytes(4)
        if not item_id or not PRINTABLE.issuperset(kind):
            raise BadBoxes("an item without a kind")
        rest = data[one.at : entry.end].split(b"\0")
        found.items[item_id] = Item(kind, rest[1] if kind == b"mime" and len(rest) > 1 else b"")


def _places(data: Data, box: Box, idat: Box | None, found: Catalogue) -> None:
    reader, version, _ = _opened(data, box)
    sizes = reader.number(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    index = index if version else 0
    for _ in range(reader.number(4 if version == 2 else 2)):
        item = found.items.setdefault(reader.number(4 if version == 2 else 2), Item())
        way = reader.number(2) & 15 if version else IN_FILE
        reader.number(2)
        begin = reader.number(base)
        pieces = []
        for _ in range(reader.number(2)):
            reader.number(index)
            pieces.append((begin + reader.number(offset), reader.number(length)))
        item.extents = _extents(way, pieces, idat)
    reader.closed()


def _extents(way: int, pieces: list[tuple[int, int]], idat: Box | None) -> list[tuple[int, int]] | None:
    """Raises BadBoxes for an empty piece: that would mean "all of the file", and nobody writes it so."""
    if any(length == 0 for _, length in pieces):
        raise BadBoxes("an extent without length")
    if way == IN_FILE:
        return [(start, start + length) for start, length in pieces]
    if way != IN_IDAT:
        return None
    if idat is None or any(idat.start + start + length > idat.end for start, length in pieces):
        raise BadBoxes("an extent beyond idat")
    return [(idat.start + start, idat.start + start + length) for start, length in pieces]


def _properties(data: Data, box: Box, found: Catalogue) -> None:
    known: list[Box] = []
    for inner in boxes(data, box.start, box.end):
        if inner.kind == b"ipco":
            known = list(boxes(data, inner.start, inner.end))
        elif inner.kind == b"ipma":
            _associations(data, inner, known, found)


def _associations(data: Data, box: Box, known: list[Box], found: Catalogue) -> None:
    reader, version, flags = _opened(data, box)
    for _ in range(reader.number(4)):
        item = found.items.get(reader.number(4 if version else 2))
        wide = 2 if flags & 1 else 1
        indices = [reader.number(wide) & (0x7FFF if wide == 2 else 0x7F) for _ in range(reader.number(1))]
        if item is None or max(indices, default=0) > len(known) or indices.count(0) > MOST_UNUSED:
            raise BadBoxes("a property that is not there")
        item.properties += [known[index - 1] for index in indices if index]
    reader.closed()


def _references(data: Data, box: Box, found: Catalogue) -> None:
    _, version, _ = _opened(data, box)
    wide = 4 if version else 2
    for inner in boxes(data, box.start + 4, box.end):
        reader = _Reader(data, inner.start, inner.end)
        origin = reader.number(wide)
        targets = [reader.number(wide) for _ in range(reader.number(2))]
        reader.closed()
        if not all(targets):
            raise BadBoxes("a reference to nothing")
        found.references.setdefault((inner.kind, origin), []).extend(targets)
