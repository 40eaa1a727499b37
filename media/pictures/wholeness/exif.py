"""EXIF tells which way is up, and which colours are meant. A directory that was wiped out tells neither."""

from __future__ import annotations

from media.pictures.wholeness.runs import NotWhole

ENTRY = 12
SUB_DIRECTORIES = (0x8769,)
ORIENTATION = 0x0112
MOST_EMPTY = 1  # of a directory: some programs leave one behind ("Bad format (0) for IFD0 entry", exiftool)


def check(exif: bytes) -> None:
    """`exif` begins with its byte order (TIFF 6.0, section 2). Raises NotWhole where zeros stand for a directory."""
    if exif[:8] == bytes(8) and len(exif) > 8:
        raise NotWhole("EXIF without a beginning")
    if exif[:2] not in (b"II", b"MM"):
        return
    order = "little" if exif[:2] == b"II" else "big"
    start = int.from_bytes(exif[4:8], order)  # type: ignore[arg-type]
    for pointer in _entries(exif, start, order):
        _entries(exif, pointer, order)


def _entries(exif: bytes, start: int, order: str) -> list[int]:
    """Looks at one directory; returns where those below it begin. One without entries may be filled up to the end."""
    count = int.from_bytes(exif[start : start + 2], order)  # type: ignore[arg-type]
    below, empty = [], 0
    for at in range(start + 2, start + 2 + ENTRY * min(count, 200), ENTRY):
        entry = exif[at : at + ENTRY]
        empty += entry == bytes(ENTRY)
        if empty > MOST_EMPTY or empty == count:
            raise NotWhole("entries of EXIF were wiped out")
        if int.from_bytes(entry[:2], order) in SUB_DIRECTORIES:  # type: ignore[arg-type]
            below.append(int.from_bytes(entry[8:12], order))  # type: ignore[arg-type]
    if not count and exif[start : start + 32] == bytes(32) and any(exif[start:]):
        raise NotWhole("a directory of EXIF was wiped out")
    return below
