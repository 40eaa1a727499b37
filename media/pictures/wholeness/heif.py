"""HEIC and AVIF: the pieces of every coded picture are inside the file, and hold what their codec writes.

HEVC is the easiest: ITU-T H.265, 7.4.2, allows no three bytes 00 00 00, 00 00 01 or 00 00 02 in a unit, so that zeros
of any number are seen. AV1 has no such rule. Of 2,500 pictures most of which were one colour, its coder wrote 24 equal
bytes or more into 70, never more than 80, and into none that took more than 0.7 bits for a pixel.
"""

from __future__ import annotations

import re

from media.pictures.boxes import BadBoxes, Box, Catalogue, Item, catalogue, top
from media.pictures.values import Doubt
from media.pictures.wholeness import ends, jpeg, profiles
from media.pictures.wholeness.runs import Data, NotWhole, holds_run, refuse_runs

NEVER_IN_A_UNIT = re.compile(rb"\0\0[\0-\2]")
HEVC, AVC = {b"hvc1", b"hev1"}, {b"avc1"}
LENGTH_AT = {b"hvcC": 21, b"avcC": 4}  # of the byte whose lowest two bits are the size of a length, less one
MAYBE_EQUAL, NEVER_EQUAL = 16, 200  # bytes
MANY_ONES = 32  # bytes; HEVC was never seen to write five
PLAIN = 1.0  # bits of data for a pixel; only below this a picture may be one colour for the most part
HAS_EXTENSION, HAS_SIZE = 4, 2
ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
ALPHA_OF_HEVC = b"urn:mpeg:hevc:2015:auxid:1"


def check(data: Data) -> str:
    """Raises NotWhole; returns a Doubt, or ""."""
    try:
        found = catalogue(data)
    except BadBoxes as error:
        raise NotWhole(str(error)) from error
    shown = found.coded(found.primary)
    for beside in _alphas(data, found, shown):
        shown += found.coded(beside)
    doubt = ""
    for item_id in dict.fromkeys(shown):
        item = found.items.get(item_id)
        if item is None:
            raise NotWhole(f"item {item_id} is not listed")
        _check_item(data, item)
        doubt = max(doubt, _doubt(data, item))
    for box in found.said_of(found.primary, b"colr"):
        if data[box.start : box.start + 4] in (b"prof", b"rICC"):
            profiles.check(data[box.start + 4 : box.end])
    if any(box.kind == b"moov" for box in top(data)):
        _check_track(data)
    return doubt


def _alphas(data: Data, found: Catalogue, shown: list[int]) -> list[int]:
    """Items that say how transparent these are. Depths and gain maps are not shown, and may be damaged."""
    beside = [
        origin for (kind, origin), targets in found.references.items() if kind == b"auxl" and {*targets} & {*shown}
    ]
    return [one for one in beside if any(_says_alpha(data, box) for box in found.said_of(one, b"auxC"))]


def _says_alpha(data: Data, box: Box) -> bool:
    return data[box.start + 4 : box.end].startswith((ALPHA, ALPHA_OF_HEVC))


def _check_item(data: Data, item: Item) -> None:
    if any(end > len(data) for _, end in item.extents or []):
        raise NotWhole("an item lies beyond the end of the file")
    if item.kind in HEVC | AVC:
        _check_units(item.read(data), _size_of_length(data, item))
    elif item.kind == b"av01":
        check_av1(item.read(data))
    elif item.kind == b"jpeg":
        jpeg.check(item.read(data))
    elif item.kind == b"grid" and item.read(data)[4:] in (b"", bytes(4), bytes(8)):
        raise NotWhole("a grid without a size")


def _size_of_length(data: Data, item: Item) -> int:
    for box in item.properties:
        if box.kind in LENGTH_AT:
            if NEVER_IN_A_UNIT.search(_parameter_sets(data, box)):
                raise NotWhole("zeros among the parameter sets")
            return (data[box.start + LENGTH_AT[box.kind]] & 3) + 1
    return 4


def _parameter_sets(data: Data, box: Box) -> bytes:
    """ISO/IEC 14496-15, 8.3.3.1.2: 23 bytes of facts, and then units, each with its length in two bytes.

    A length may be 00 01, so that each unit is looked at alone; they are joined by what is no zero.
    """
    if box.kind != b"hvcC":
        return b""
    sets, at = [], box.start + 23
    for _ in range(data[box.start + 22]):
        count = int.from_bytes(data[at + 1 : at + 3])
        at += 3
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2])
            sets.append(data[at + 2 : at + 2 + size])
            at += 2 + size
    if at != box.end:
        raise NotWhole("the parameter sets do not fill their box")
    return b"\xff".join(sets)


def _check_units(coded: bytes, wide: int) -> None:
    """Units of HEVC or AVC, each behind its length in `wide` bytes, up to the last byte."""
    at = 0
    while at < len(coded):
        size = int.from_bytes(coded[at : at + wide])
        start, at = at + wide, at + wide + size
        if size < 2 or at > len(coded) or coded[start] & 0x80:
            raise NotWhole(f"a unit at {start} does not fit")
        if NEVER_IN_A_UNIT.search(coded, start, at):
            raise NotWhole(f"zeros in a unit at {start}")
    if coded.find(b"\xff" * MANY_ONES) >= 0:
        raise NotWhole("ones in a unit")
    if not coded:
        raise NotWhole("a picture without units")


def check_av1(coded: bytes) -> None:
    """Open bitstream units, AV1 specification 5.3. Raises NotWhole."""
    at = 0
    while at < len(coded):
        head = coded[at]
        at += 2 if head & HAS_EXTENSION else 1
        if head & 0x80 or not head:
            raise NotWhole(f"no unit of AV1 at {at}")
        size, at = _leb128(coded, at) if head & HAS_SIZE else (len(coded) - at, at)
        at += size
    if at != len(coded) or not coded:
        raise NotWhole("the units of AV1 do not fill their extent")


def _doubt(data: Data, item: Item) -> str:
    """Equal bytes in AV1: a hole, or much of one colour? Raises NotWhole where it is clear."""
    coded = item.read(data) if item.kind == b"av01" else b""
    if not holds_run(coded, 0, len(coded), MAYBE_EQUAL):
        return ""
    refuse_runs(coded, 0, len(coded), NEVER_EQUAL)
    size = next((box for box in item.properties if box.kind == b"ispe"), None)
    pixels = (
        int.from_bytes(data[size.start + 4 : size.start + 8]) * int.from_bytes(data[size.start + 8 : size.end])
        if size
        else 0
    )
    if 8 * len(coded) > PLAIN * pixels:
        raise NotWhole("equal bytes in the data of a detailed picture")
    ends.check(bytes(data), "AVIF", [item.extents[-1][1]] if item.extents else [])
    return Doubt.HOLE


def _leb128(coded: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        if at >= len(coded):
            raise NotWhole("AV1 ends within a length")
        value |= (coded[at] & 0x7F) << (7 * place)
        at += 1
        if not coded[at - 1] & 0x80:
            return value, at
    raise NotWhole("a length in AV1 does not end")


def _check_track(data: Data) -> None:
    """An animation's decoder takes the first frame from the track, so all boxes of the file have to be there."""
    end = max((box.end for box in top(data)), default=0)
    if len(data) - end >= 8:
        raise NotWhole("a box goes on beyond the end of the file")
    for box in top(data):
        if box.kind == b"mdat":
            refuse_runs(data, box.start, box.end, NEVER_EQUAL)
