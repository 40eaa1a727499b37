"""PNG: every chunk has a checksum, and the last one is IEND (PNG specification, third edition, 5.3)."""

from __future__ import annotations

import zlib

from media.pictures.chunks import png_chunks
from media.pictures.wholeness.runs import Data, NotWhole


def check(data: Data) -> None:
    """Raises NotWhole. What follows IEND is nobody's business."""
    kind = b""
    for chunk in png_chunks(data):
        kind = chunk.kind
        if chunk.end + 4 > len(data) or not kind.isalpha():
            raise NotWhole(f"no whole chunk at {chunk.start}")
        told = int.from_bytes(data[chunk.end : chunk.end + 4])
        if zlib.crc32(data[chunk.start : chunk.end], zlib.crc32(kind)) != told:
            raise NotWhole(f"{kind!r} at {chunk.start} is not what was written")
    if kind != b"IEND":
        raise NotWhole("no IEND")
