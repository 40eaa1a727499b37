"""PNG: every chunk has a checksum, and the last one is IEND (PNG specification, third edition, 5.3)."""

from __future__ import annotations

import zlib

from watches.pictures.chunks import png_chunks
from watches.pictures.wholeness.runs import Data, NotWhole

ANCILLARY = 0x20  # this bit in a chunk's first letter says that a reader may do without it
SHOWN = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"eXIf"}  # although they are ancillary


def check(data: Data) -> None:
    """Raises NotWhole. Remarks with a wrong checksum are left out by every reader; they change nothing that is seen."""
    kind = b""
    for chunk in png_chunks(data):
        kind = chunk.kind
        if chunk.end + 4 > len(data):
            raise NotWhole(f"{kind!r} goes on beyond the end of the file")
        if not kind.isalpha():
            raise NotWhole(f"no chunk at {chunk.start}")
        told = int.from_bytes(data[chunk.end : chunk.end + 4])
        matters = not kind[0] & ANCILLARY or kind in SHOWN
        if matters and zlib.crc32(data[chunk.start : chunk.end], zlib.crc32(kind)) != told:
            raise NotWhole(f"{kind!r} at {chunk.start} is not what was written")
    if kind != b"IEND":
        raise NotWhole("no IEND")
