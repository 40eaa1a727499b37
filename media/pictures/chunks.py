"""Chunks of PNG and of WebP (RIFF), segments of JPEG: where they lie in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

Data = bytes | mmap

PNG_SIGNATURE, RIFF_HEAD = 8, 12
# Markers of JPEG (ITU-T T.81, table B.1) that stand alone, and what begins each scan.
SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
ALONE = {0x01, *range(0xD0, 0xD8)}


@dataclass(frozen=True, slots=True)
class Chunk:
    """`start` and `end` of what is in it, in bytes of the file; `end` may lie beyond the file's."""

    kind: bytes
    start: int
    end: int


def png_chunks(data: Data) -> Iterator[Chunk]:
    """In order, up to IEND or the end of the file. The checksum follows `end`."""
    at = PNG_SIGNATURE
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        yield Chunk(kind, at + 8, at + 8 + size)
        if kind == b"IEND":
            return
        at += 12 + size


def riff_chunks(data: Data, start: int, end: int) -> Iterator[Chunk]:
    """Each begins at an even place."""
    while start + 8 <= end:
        size = int.from_bytes(data[start + 4 : start + 8], "little")
        yield Chunk(data[start : start + 4], start + 8, start + 8 + size)
        start += 8 + size + size % 2


def jpeg_headers(data: Data) -> Iterator[Chunk]:
    """The segments before the first scan; `kind` is the marker's second byte. What lies between them is passed over."""
    at = data.find(b"\xff", 2)
    while 0 <= at < len(data) - 3:
        marker = data[at + 1]
        if marker in {SOS, EOI}:
            return
        size = 0
        if marker not in ALONE and marker not in {0, 0xFF}:
            size = int.from_bytes(data[at + 2 : at + 4])
            yield Chunk(bytes([marker]), at + 4, at + 2 + size)
        at = data.find(b"\xff", at + (2 + size if marker != 0xFF else 1))
