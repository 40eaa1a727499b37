"""WebP: RIFF, its chunks, and the partitions of a frame (RFC 6386, 9.5; WebP container and lossless specifications)."""

from __future__ import annotations

from media.pictures.chunks import RIFF_HEAD, Chunk, riff_chunks
from media.pictures.wholeness import exif, profiles, vp8
from media.pictures.wholeness.runs import Data, NotWhole, refuse_runs

FRAME_HEAD = 16
LOSSLESS_RUN = 16  # equal bytes; at most 4 were seen in lossless pictures
PACKED_ALPHA = 1


def check(data: Data) -> None:
    """Raises NotWhole."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) + 1:  # the last filling byte is left out by some
        raise NotWhole("it ends before RIFF says")
    shown = False
    for chunk in riff_chunks(data, RIFF_HEAD, min(end, len(data))):
        if chunk.end > len(data) or not chunk.kind.isascii() or chunk.kind == bytes(4):
            raise NotWhole(f"no chunk at {chunk.start}")
        if chunk.kind == b"ANMF" and not shown:
            for one in riff_chunks(data, chunk.start + FRAME_HEAD, chunk.end):
                shown |= _check_picture(data, one)
        elif chunk.kind == b"ICCP":
            profiles.check(data[chunk.start : chunk.end])
        elif chunk.kind == b"EXIF":
            exif.check(data[chunk.start : chunk.end].removeprefix(b"Exif\0\0"))
        else:
            shown |= _check_picture(data, chunk)
    if not shown:
        raise NotWhole("no picture in it")


def _check_picture(data: Data, chunk: Chunk) -> bool:
    """Whether this chunk is a picture."""
    if chunk.end > len(data):
        raise NotWhole("a picture goes on beyond the end of the file")
    if chunk.kind == b"VP8 ":
        vp8.check(data, chunk.start, chunk.end)
    elif chunk.kind == b"VP8L":
        if data[chunk.start] != 0x2F:
            raise NotWhole("a lossless picture without its beginning")
        refuse_runs(data, chunk.start + 5, chunk.end, LOSSLESS_RUN)
    elif chunk.kind == b"ALPH" and data[chunk.start] & 3 == PACKED_ALPHA:
        refuse_runs(data, chunk.start + 1, chunk.end, LOSSLESS_RUN)
    return chunk.kind in {b"VP8 ", b"VP8L"}
