"""Long runs of one byte, which copies leave where they did not write: zeros mostly, ones on flash memory."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

Data = bytes | mmap
EMPTY = (b"\0", b"\xff")


class NotWhole(ValueError):
    """Part of the file is missing. What is said is for developers."""


def runs(data: Data, start: int, end: int, least: int, byte: bytes = b"\0") -> Iterator[tuple[int, int]]:
    """Every run of at least `least` such bytes between two places, as (start, end)."""
    at = data.find(byte * least, start, end)
    while at >= 0:
        until = _until(data, at + least, end, byte)
        yield at, until
        at = data.find(byte * least, until, end)


def holds_run(data: Data, start: int, end: int, least: int) -> bool:
    """Is there any such run of zeros or ones?"""
    return any(data.find(byte * least, start, end) >= 0 for byte in EMPTY)


def refuse_runs(data: Data, start: int, end: int, least: int) -> None:
    """For coded data, in which there is none. Raises NotWhole."""
    if holds_run(data, start, end, least):
        raise NotWhole(f"{least} equal bytes in coded data between {start} and {end}")


def _until(data: Data, at: int, end: int, byte: bytes, step: int = 4096) -> int:
    """Where the run goes on to, found in steps and then byte by byte."""
    block = byte * step
    while at + step <= end and data[at : at + step] == block:
        at += step
    rest = data[at : min(at + step, end)]
    return at + len(rest) - len(rest.lstrip(byte))
