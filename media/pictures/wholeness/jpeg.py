"""JPEG: markers, tables and scans up to the end mark (ITU-T T.81, annex B).

Coded data hold no long run of zeros, unless zeros are the code for "as the block before": then an even surface is one
long run, and only decoding tells whether the data last exactly as long as the picture. That is asked of a decoder that
is strict (`simplejpeg`), of such pictures alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from media.pictures.chunks import ALONE, EOI, SOS
from media.pictures.wholeness import exif, profiles
from media.pictures.wholeness.jpeg_end import check_ending
from media.pictures.wholeness.runs import Data, NotWhole, holds_run, runs

SUSPICIOUS = 12  # bytes: photos had at most 10 zeros in a row, from ten encoders
MOST_FILL = 64  # bytes of FF, which may stand before any marker
MOST_BETWEEN = 16  # bytes of nothing between two segments; some cameras fill up
MOST_STRAY = 256  # bytes of something there: decoders look for the next marker
MARKED = {*range(0xE0, 0xF0)}  # segments of applications
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in this form it is thirty times faster than with \xff+
NEXT = re.compile(rb"\xff+[^\x00\xff]")
RESTART = re.compile(rb"\xff([\xd0-\xd7])")
FILLED_UP = re.compile(rb"\0{5,64}(?=\xff[\xd0-\xd7])")
MOST_FILLED = 64
DQT, DHT, DRI, APP1, APP2, APP14 = 0xDB, 0xC4, 0xDD, 0xE1, 0xE2, 0xEE
FRAMES = {*range(0xC0, 0xD0)} - {DHT, 0xC8, 0xCC}
SEQUENTIAL, PROGRESSIVE, ARITHMETIC, LOSSLESS = {0xC0, 0xC1}, {0xC2}, {*range(0xC9, 0xD0)}, {0xC3}
KEPT = {DQT, DHT, DRI, 0xCC, 0xE0, APP14, *FRAMES}  # what a decoder needs
EXIF, ICC = b"Exif\0\0", b"ICC_PROFILE\0"
MEANINGFUL = 12  # bytes with which an application segment says whose it is
END_OF_BLOCK = 0
# Where an encoder has codes for many blocks that end at once, it never writes the code for one of them twice.
RUNS_OF_ENDS, NEVER_TWICE = {high << 4 for high in range(1, 15)}, -1
# The tables that decoders use where none are given (T.81, K.3): what zeros mean in them.
STANDARD = {(0, 0): 0, (0, 1): 0, (1, 0): 1, (1, 1): END_OF_BLOCK}


@dataclass(frozen=True, slots=True)
class Scan:
    """`start`, `end`: of its coded data. `zeros`: what a code of zeros means, as (class, table) -> symbol."""

    components: list[tuple[int, int, int]]  # id, table of the first coefficient, table of the others
    first: int  # coefficient
    last: int
    above: int  # bits that were known before, and `below`: that are not known after it
    below: int
    start: int
    end: int
    zeros: dict[tuple[int, int], int]


@dataclass(slots=True)
class Stream:
    """What was seen on the way through the file. `needed`: the segments for a decoder, as (start, end)."""

    frame: int = 0
    width: int = 0
    height: int = 0
    sampling: dict[int, tuple[int, int]] = field(default_factory=dict)
    interval: int = 0
    zeros: dict[tuple[int, int], int] = field(default_factory=lambda: dict(STANDARD))
    scans: list[Scan] = field(default_factory=list)
    profile: dict[int, bytes] = field(default_factory=dict)
    needed: list[tuple[int, int]] = field(default_factory=list)


def check(data: Data) -> None:
    """Raises NotWhole. What follows the end mark (another picture, a film) is nobody's business."""
    stream = _read(data)
    if not stream.scans:
        raise NotWhole("no scan")
    if stream.profile:
        profiles.check(b"".join(stream.profile[at] for at in sorted(stream.profile)))
    if stream.frame in PROGRESSIVE:
        _check_progression(stream)
    doubtful = False
    for scan in stream.scans:
        _check_restarts(data, stream, scan)
        doubtful |= _is_doubtful(data, stream, scan)
    if doubtful:
        _check_ending(data, stream)


def _check_ending(data: Data, stream: Stream) -> None:
    """The data last as long as the picture. Some cameras fill each restart interval up with zeros (immich 8510)."""
    try:
        check_ending(b"".join(data[start:end] for start, end in stream.needed), len(stream.sampling))
    except NotWhole:
        if not _is_in_intervals(stream):
            raise
        for each in _intervals(data, stream, stream.scans[0]):
            check_ending(each, len(stream.sampling), most_left=MOST_FILLED)


def _is_in_intervals(stream: Stream) -> bool:
    """Whether each restart interval can be decoded for itself."""
    return stream.frame in SEQUENTIAL and stream.interval > 0 and len(stream.scans) == 1


def _intervals(data: Data, stream: Stream, scan: Scan) -> Iterator[bytes]:
    """Each restart interval as a picture of its own, one unit high."""
    head = b"".join(data[start:end] for start, end in stream.needed if end <= scan.start and not _is_frame(data, start))
    [frame] = [data[start:end] for start, end in stream.needed if _is_frame(data, start)]
    scan_head = data[next(start for start, end in stream.needed if start < scan.start < end) : scan.start]
    widest = max(across for across, _ in stream.sampling.values()) if len(scan.components) > 1 else 1
    highest = max(down for _, down in stream.sampling.values()) if len(scan.components) > 1 else 1
    left = _units(stream, scan)
    for coded in RESTART.split(data[scan.start : scan.end])[::2]:
        units = min(stream.interval, left)
        left -= units
        if units:
            size = (8 * highest).to_bytes(2) + (8 * widest * units).to_bytes(2)
            yield b"".join([head, frame[:5], size, frame[9:], scan_head, coded, b"\xff\xd9"])


def _is_frame(data: Data, start: int) -> bool:
    return data[start + 1] in FRAMES


def _read(data: Data) -> Stream:
    """From marker to marker up to the end mark. Raises NotWhole."""
    stream = Stream(needed=[(0, 2)])
    at = 2
    while True:
        at, marker = _next_marker(data, at)
        if marker == EOI:
            stream.needed.append((at - 2, at))
            return stream
        if marker in ALONE:
            continue
        end = at + int.from_bytes(data[at : at + 2])
        if end > len(data) or end < at + 2:
            raise NotWhole(f"a segment at {at} goes on beyond the end of the file")
        body = data[at + 2 : end]
        if marker == SOS:
            start, end = end, _end_of_scan(data, end)
            stream.scans.append(_scan(body, stream, start, end))
            stream.needed.append((at - 2, end))
        else:
            _segment(marker, body, stream)
            stream.needed += [(at - 2, end)] * (marker in KEPT)
        at = end


def _end_of_scan(data: Data, start: int) -> int:
    """Where the next marker is, or what fills up before it."""
    found = AFTER_SCAN.search(data, start)
    if not found:
        raise NotWhole("no end mark")
    end = found.start()
    while end > start and data[end - 1] == 0xFF:
        end -= 1
    return end


def _next_marker(data: Data, at: int) -> tuple[int, int]:
    """The place behind it, and which."""
    if _is_half_marked(data, at):
        return at + 2, data[at + 1]
    found = NEXT.search(data, at, at + MOST_STRAY + MOST_FILL)
    between = data[at : found.start()] if found else b""
    if not found or len(between) > (MOST_STRAY if any(between) else MOST_BETWEEN) or len(found[0]) - 1 > MOST_FILL:
        raise NotWhole(f"no marker at {at}")
    return found.end(), data[found.end() - 1]


def _is_half_marked(data: Data, at: int) -> bool:
    """A segment of an application with 00 in place of FF, as a phone wrote it (jpeg-js 82)."""
    if at + 4 > len(data) or data[at] or data[at + 1] not in MARKED:
        return False
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
    return end > at + 3 and data[end : end + 1] == b"\xff"


def _segment(marker: int, body: bytes, stream: Stream) -> None:
    if marker == DQT:
        _check_steps(body)
    elif marker == DHT:
        _take_codes(body, stream)
    elif marker == DRI:
        stream.interval = int.from_bytes(body[:2])
    elif marker in FRAMES:
        _take_frame(marker, body, stream)
    elif marker in {APP1, APP2, APP14} and len(body) > MEANINGFUL and body[:MEANINGFUL] == bytes(MEANINGFUL):
        raise NotWhole("an application's segment was wiped out")
    elif marker == APP1 and body.startswith(EXIF):
        exif.check(body[len(EXIF) :])
    elif marker == APP2 and body.startswith(ICC):
        stream.profile.setdefault(body[12], body[14:])


def _check_steps(body: bytes) -> None:
    """Tables of quantisation hold no 0 (T.81, B.2.4.1)."""
    at = 0
    while at < len(body):
        size = 128 if body[at] >> 4 else 64
        table = body[at + 1 : at + 1 + size]
        steps = table if size == 64 else [table[i] | table[i + 1] for i in range(0, len(table) - 1, 2)]
        if len(table) != size or 0 in steps:
            raise NotWhole("a table of quantisation with a hole")
        at += 1 + size


def _take_codes(body: bytes, stream: Stream) -> None:
    """Huffman tables: 16 counts, then the symbols, each once (T.81, B.2.4.2). The first one's code is all zeros."""
    at = 0
    while at < len(body):
        count = sum(body[at + 1 : at + 17])
        symbols = body[at + 17 : at + 17 + count]
        if not symbols or len(symbols) != count or len({*symbols}) != count:
            raise NotWhole("a table of codes with a hole")
        is_merging = symbols[0] == END_OF_BLOCK and bool(RUNS_OF_ENDS.intersection(symbols))
        stream.zeros[body[at] >> 4, body[at] & 15] = NEVER_TWICE if body[at] >> 4 and is_merging else symbols[0]
        at += 17 + count


def _take_frame(marker: int, body: bytes, stream: Stream) -> None:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        raise NotWhole("a frame without its components")
    stream.frame = marker
    stream.height, stream.width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    for at in range(6, 6 + 3 * body[5], 3):
        stream.sampling[body[at]] = (body[at + 1] >> 4, body[at + 1] & 15)


def _scan(body: bytes, stream: Stream, start: int, end: int) -> Scan:
    if not body or len(body) < 4 + 2 * body[0]:
        raise NotWhole("a scan without its components")
    components = [(body[at], body[at + 1] >> 4, body[at + 1] & 15) for at in range(1, 1 + 2 * body[0], 2)]
    if not components or any(name not in stream.sampling for name, _, _ in components):
        raise NotWhole("a scan of what is not in the frame")
    first, last, bits = body[1 + 2 * body[0] : 4 + 2 * body[0]]
    return Scan(components, first, last, bits >> 4, bits & 15, start, end, dict(stream.zeros))


def _check_restarts(data: Data, stream: Stream, scan: Scan) -> None:
    """Restart marks count from 0 to 7 and over again, one after each interval."""
    if not stream.interval or stream.frame in LOSSLESS:
        return
    marks = [mark[1][0] & 7 for mark in RESTART.finditer(data, scan.start, scan.end)]
    if any(mark != at % 8 for at, mark in enumerate(marks)):
        raise NotWhole("restart marks out of their order")
    expected = math.ceil(_units(stream, scan) / stream.interval) - 1
    if stream.height and len(marks) not in {expected, expected + 1}:  # some cameras end with one
        raise NotWhole(f"{len(marks)} restart marks instead of {expected}")


def _units(stream: Stream, scan: Scan) -> int:
    """Units that the scan is coded in (T.81, A.2)."""
    widest = max(max(across for across, _ in stream.sampling.values()), 1)
    highest = max(max(down for _, down in stream.sampling.values()), 1)
    if len(scan.components) > 1:
        return math.ceil(stream.width / (8 * widest)) * math.ceil(stream.height / (8 * highest))
    across, down = stream.sampling[scan.components[0][0]]
    columns = math.ceil(math.ceil(stream.width * across / widest) / 8)
    return columns * math.ceil(math.ceil(stream.height * down / highest) / 8)


def _check_progression(stream: Stream) -> None:
    """Each coefficient comes once, then bit by bit (T.81, G.1.1.1); the first one before the others."""
    known: dict[tuple[int, int], int] = {}
    for scan in stream.scans:
        for name, _, _ in scan.components:
            if scan.first and (name, 0) not in known:
                raise NotWhole("a scan of details of what is not there yet")
            for coefficient in range(scan.first, min(scan.last, 63) + 1):
                before = known.get((name, coefficient))
                if (before or 0) != scan.above or before == 0:
                    raise NotWhole("a scan that does not go on from the one before")
                known[name, coefficient] = scan.below
    if any((name, 0) not in known for name in stream.sampling):
        raise NotWhole("a colour without a scan")


def _is_doubtful(data: Data, stream: Stream, scan: Scan) -> bool:
    """Whether only decoding can tell. Raises NotWhole where a run of zeros stands for nothing that is written so."""
    if not holds_run(data, scan.start, scan.end, SUSPICIOUS):
        return False
    if _is_in_intervals(stream):
        bare = FILLED_UP.sub(b"", data[scan.start : scan.end])
        if not holds_run(bare, 0, len(bare), SUSPICIOUS):
            return True
    if next(runs(data, scan.start, scan.end, SUSPICIOUS, b"\xff"), None):
        raise NotWhole("ones in coded data")
    if stream.frame in LOSSLESS:
        return True
    if stream.frame in ARITHMETIC or not _may_be_even(stream, scan):
        raise NotWhole("zeros in coded data that mean no even surface")
    return True


def _may_be_even(stream: Stream, scan: Scan) -> bool:
    """Do zeros mean "no difference" and "nothing more" in this scan?"""
    is_progressive = stream.frame in PROGRESSIVE
    if is_progressive and scan.first == 0:
        return scan.above > 0 or all(scan.zeros.get((0, table)) == 0 for _, table, _ in scan.components)
    others = all(scan.zeros.get((1, table)) == END_OF_BLOCK for _, _, table in scan.components)
    return others and (is_progressive or all(scan.zeros.get((0, table)) == 0 for _, table, _ in scan.components))
