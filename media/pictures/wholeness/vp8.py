"""Lossy WebP: one frame of VP8 (RFC 6386). Its coder writes zeros for an even surface, as a hole would be.

What tells them apart is the end: each partition is read to its last bytes. Behind a hole the picture is finished
earlier, and its last bytes can be changed without a change of what is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from media.pictures.wholeness import ends
from media.pictures.wholeness.runs import Data, NotWhole, holds_run

RIFF_HEADS, FRAME_HEAD = 20, 10
START_CODE = b"\x9d\x01\x2a"
SUSPICIOUS = 8  # bytes; photos have shorter runs


def check(data: Data, start: int, end: int) -> None:
    """Raises NotWhole."""
    if data[start + 3 : start + 6] != START_CODE:
        raise NotWhole("no key frame")
    body = data[start:end]
    doubtful = [last for first, last in _partitions(body) if holds_run(body, first, last, SUSPICIOUS)]
    if doubtful:
        head = b"WEBPVP8 " + len(body).to_bytes(4, "little")
        size = (len(head) + len(body) + len(body) % 2).to_bytes(4, "little")
        file = b"RIFF" + size + head + body + bytes(len(body) % 2)
        ends.check(file, "WEBP", [RIFF_HEADS + last for last in doubtful])


def _partitions(body: bytes) -> Iterator[tuple[int, int]]:
    """From where to where each goes: the one with the modes, then those with the coefficients (9.5)."""
    modes = FRAME_HEAD + (int.from_bytes(body[:3], "little") >> 5)
    if modes > len(body):
        raise NotWhole("the modes are not all there")
    yield FRAME_HEAD, modes
    count = 1 << _Header(body[FRAME_HEAD:modes]).partitions()
    start = modes + 3 * (count - 1)
    for at in range(modes, start, 3):
        size = int.from_bytes(body[at : at + 3], "little")
        yield start, start + size
        start += size
    if start > len(body):
        raise NotWhole("a partition goes on beyond the end of the frame")
    yield start, len(body)


@dataclass(slots=True)
class _Header:
    """Reads even odds out of the first partition (7.3), as far as the number of partitions (9.3 to 9.5)."""

    data: bytes
    at: int = 0
    value: int = 0
    size: int = 255
    bits: int = -8

    def partitions(self) -> int:
        """The binary logarithm of how many partitions hold coefficients."""
        self.number(2)
        if self.number(1):
            self._segments()
        self.number(10)
        if self.number(1) and self.number(1):
            for _ in range(8):
                self._optional(7)
        return self.number(2)

    def _segments(self) -> None:
        has_map, has_facts = self.number(1), self.number(1)
        if has_facts:
            self.number(1)
            for size in (8, 8, 8, 8, 7, 7, 7, 7):
                self._optional(size)
        for _ in range(3 * has_map):
            self._optional(8)

    def _optional(self, size: int) -> None:
        if self.number(1):
            self.number(size)

    def number(self, size: int) -> int:
        """That many bits."""
        value = 0
        for _ in range(size):
            value = value << 1 | self._bit()
        return value

    def _bit(self) -> int:
        if self.bits < 0:
            byte = self.data[self.at] if self.at < len(self.data) else 0
            self.value = self.value << 8 | byte
            self.at, self.bits = self.at + 1, self.bits + 8
        split = 1 + ((self.size - 1) * 128 >> 8)
        found = self.value >= split << self.bits
        if found:
            self.value -= split << self.bits
            self.size -= split
        else:
            self.size = split
        while self.size < 128:
            self.size, self.bits = self.size << 1, self.bits - 1
            if self.bits < 0:
                byte = self.data[self.at] if self.at < len(self.data) else 0
                self.value = self.value << 8 | byte
                self.at, self.bits = self.at + 1, self.bits + 8
        return int(found)
