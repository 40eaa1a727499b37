"""GIF: blocks in blocks up to the trailer (GIF89a specification). It has no checksums."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from media.pictures.wholeness.lzw import check_codes
from media.pictures.wholeness.runs import Data, NotWhole, holds_run, runs

HEAD = 13
EXTENSION, FRAME, TRAILER = 0x21, 0x2C, 0x3B
SUSPICIOUS = 8  # codes of zeros that a packer does not write: it packs them
WIPED = 24  # bytes of one colour table: eight colours that are black, with others after them


def check(data: Data) -> None:
    """Raises NotWhole. The first frame is the one that is shown; the others have to be there."""
    first: tuple[int, int, int] | None = None
    is_sure = False
    try:
        for frame in _frames(data):
            first = first or frame
        is_sure = True
    except NotWhole:
        if not first or data[len(data) - 1] != TRAILER:
            raise
    if not first:
        raise NotWhole("no frame")
    start, end, pixels = first
    if not is_sure or holds_run(data, start, end, SUSPICIOUS):
        check_codes(_joined(data, start + 1, end), data[start], pixels)


def _frames(data: Data) -> Iterator[tuple[int, int, int]]:
    """Where the codes of each frame begin and end, and its pixels. Raises NotWhole when there is no trailer."""
    at = _behind_table(data, 6, HEAD)
    while at < len(data) and data[at] != TRAILER:
        if data[at] == EXTENSION:
            at = _behind_blocks(data, at + 2)
        elif data[at] == FRAME:
            pixels = int.from_bytes(data[at + 5 : at + 7], "little") * int.from_bytes(data[at + 7 : at + 9], "little")
            codes = _behind_table(data, at + 5, at + 10)
            end = len(data)
            with suppress(NotWhole):
                end = _behind_blocks(data, codes + 1)
            yield codes, end, pixels
            at = _behind_blocks(data, codes + 1)
        else:
            raise NotWhole(f"no block at {at}")
    if at >= len(data):
        raise NotWhole("no trailer")


def _behind_table(data: Data, at: int, start: int) -> int:
    """Where the colour table ends; its size is in the lowest three bits of the byte 4 behind `at`."""
    if len(data) < start:
        raise NotWhole("it ends within a header")
    flags = data[at + 4]
    end = start + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    if any(start < first and last < end for first, last in runs(data, start, end, WIPED)):
        raise NotWhole("a colour table with a hole")
    return end


def _behind_blocks(data: Data, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise NotWhole("a block goes on beyond the end of the file")
    return at + 1


def _joined(data: Data, at: int, end: int) -> bytes:
    blocks = []
    while at < end and data[at]:
        blocks.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return b"".join(blocks)
