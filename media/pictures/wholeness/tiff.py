"""TIFF 6.0: every strip or tile of the first picture is inside the file, and holds what its compression writes."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from media.pictures.wholeness import jpeg, profiles, raw
from media.pictures.wholeness.runs import Data, NotWhole, holds_run, refuse_runs

NONE, FAX, LZW, JPEG, DEFLATE, PACKBITS = 1, {2, 3, 4}, 5, 7, {8, 32946}, 32773
OTHERS = {34925, 50000, 50001}  # LZMA, Zstandard, WebP
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 13: 4, 16: 8}  # bytes of a number, by the type of a tag
WIDTH, HEIGHT, BITS, COMPRESSION, SAMPLES, PLANAR = 256, 257, 258, 259, 277, 284
ROWS, STRIPS, STRIP_BYTES, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 278, 273, 279, 322, 323, 324, 325
JPEG_TABLES, PROFILE = 347, 34675
MOST_TAGS, MOST_PIECES = 500, 2_000_000
# Equal bytes that a packer does not write. LZW: eight codes that it would have written as one or two.
RUNS = {LZW: 12, PACKBITS: 8} | dict.fromkeys(FAX | OTHERS, 16)
SUSPICIOUS = 8
PIECE = 1 << 20

Order = Literal["little", "big"]


@dataclass(slots=True)
class Directory:
    """The numbers of the first picture's tags."""

    data: Data
    order: Order
    entries: dict[int, tuple[int, int, int]]  # tag -> type, count, place of its numbers

    def numbers(self, tag: int) -> list[int]:
        """All of them; none when there is no such tag."""
        kind, count, at = self.entries.get(tag, (3, 0, 0))
        size = SIZES[kind]
        body = self.data[at : at + size * count]
        if len(body) < size * count or count > MOST_PIECES:
            raise NotWhole(f"tag {tag} lies beyond the end of the file")
        return [int.from_bytes(body[i : i + size], self.order) for i in range(0, size * count, size)]

    def number(self, tag: int, otherwise: int) -> int:
        """The first of them."""
        return next(iter(self.numbers(tag)), otherwise)

    def body(self, tag: int) -> bytes:
        """The bytes of a tag that holds bytes."""
        return bytes(self.numbers(tag)) if self.entries.get(tag, (3, 0, 0))[0] in {1, 6, 7} else b""


def check(data: Data) -> str:
    """Raises NotWhole; returns a Doubt, or ""."""
    directory = _directory(data)
    for _, end in _pieces(directory):
        if end > len(data):
            raise NotWhole("a strip goes on beyond the end of the file")
    if directory.body(PROFILE):
        profiles.check(directory.body(PROFILE))
    compression = directory.number(COMPRESSION, NONE)
    if compression == NONE:
        return _check_rows(directory)
    for start, end in _pieces(directory):
        _check_piece(directory, compression, start, end)
    return ""


def _directory(data: Data) -> Directory:
    order: Order = "little" if data[:2] == b"II" else "big"
    start = int.from_bytes(data[4:8], order)
    count = int.from_bytes(data[start : start + 2], order)
    end = start + 2 + 12 * count
    if not 1 <= count <= MOST_TAGS or end > len(data):
        raise NotWhole("no directory of tags")
    entries = {}
    for at in range(start + 2, end, 12):
        tag, kind = (int.from_bytes(data[at + i : at + i + 2], order) for i in (0, 2))
        many = int.from_bytes(data[at + 4 : at + 8], order)
        if not tag and not kind:
            raise NotWhole("a tag was wiped out")
        if kind in SIZES:
            is_inside = SIZES[kind] * many <= 4
            entries[tag] = (kind, many, at + 8 if is_inside else int.from_bytes(data[at + 8 : at + 12], order))
    return Directory(data, order, entries)


def _pieces(directory: Directory) -> Iterator[tuple[int, int]]:
    """Where each strip or tile lies. Raises NotWhole for one that is nowhere."""
    tiled = TILES in directory.entries
    starts = directory.numbers(TILES if tiled else STRIPS)
    sizes = directory.numbers(TILE_BYTES if tiled else STRIP_BYTES)
    if not starts:
        raise NotWhole("no strips")
    if len(sizes) != len(starts):  # old files of one strip leave its length out
        sizes = [len(directory.data) - start for start in starts]
    for start, size in zip(starts, sizes, strict=True):
        if not start or not size:
            raise NotWhole("a strip without a place")
        yield start, start + size


def _check_rows(directory: Directory) -> str:
    """Uncompressed: all rows are there, and strips one behind the other are looked at as one."""
    bits = sum(directory.numbers(BITS) or [1])
    samples = max(1, directory.number(SAMPLES, 1))
    bits = bits // samples if directory.number(PLANAR, 1) == 2 else bits
    row = math.ceil(directory.number(TILE_WIDTH, directory.number(WIDTH, 0)) * bits / 8)
    if bits < 8 or not row:
        return ""
    joined: list[list[int]] = []
    for start, end in sorted(_pieces(directory)):
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return max(raw.check(directory.data, start, end, row) for start, end in joined)


def _check_piece(directory: Directory, compression: int, start: int, end: int) -> None:
    data = directory.data
    if compression in DEFLATE:
        if holds_run(data, start, end, SUSPICIOUS):
            _check_deflate(data, start, end)
    elif compression == JPEG:
        # Tables and picture are each a stream of its own: one without its end mark, the other without its beginning.
        tables = directory.body(JPEG_TABLES).removesuffix(b"\xff\xd9")
        body = data[start:end]
        jpeg.check(tables + body[2:] if tables else body)
    elif compression in RUNS:
        refuse_runs(data, start, end, RUNS[compression])


def _check_deflate(data: Data, start: int, end: int) -> None:
    """The checksum at its end (RFC 1950)."""
    inflating = zlib.decompressobj()
    try:
        for at in range(start, end, PIECE):
            rest = data[at : min(end, at + PIECE)]
            while rest:
                inflating.decompress(rest, PIECE)
                rest = inflating.unconsumed_tail
    except zlib.error as error:
        raise NotWhole(str(error)) from error
    if not inflating.eof:
        raise NotWhole("a strip that does not end")
