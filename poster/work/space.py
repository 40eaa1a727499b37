"""Room on the disk: below a floor nothing more is fetched, exported or backed up. What is here already goes out."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass

from django.conf import settings

from poster.errors import RateLimited
from poster.reasons.upkeep import DiskFull

MB = 2**20
CODE = "disk_full"
SAMPLE = b"\0" * 65536


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: what is free in the data folder, and what has to stay free."""

    free: int
    floor: int

    def holds(self, size: int = 0) -> bool:
        """Whether so many bytes more may be written."""
        return self.free - size >= self.floor

    @property
    def reason(self) -> DiskFull:
        return DiskFull(free=gb(self.free), floor=gb(self.floor))

    @property
    def sentence(self) -> str:
        return str(self.reason)


class NoRoom(RateLimited):
    """Nothing is wrong with what was asked for: it waits until there is room, and that is no try."""


def room() -> Room:
    """As the disk tells it now."""
    disk = shutil.disk_usage(settings.VAR)
    return Room(disk.free, max(settings.LEAST_FREE_MB * MB, disk.total * settings.LEAST_FREE_PERCENT // 100))


def check(size: int = 0) -> None:
    """Raises NoRoom when `size` bytes more do not fit."""
    now = room()
    if not now.holds(size):
        raise NoRoom(now.reason)


def try_to_write() -> None:
    """Raises OSError when the disk does not take what is written: a quota, or one that is full for us alone."""
    with tempfile.TemporaryFile(dir=settings.VAR) as file:
        file.write(SAMPLE)
        file.flush()
        os.fsync(file.fileno())


def gb(size: int) -> str:
    """For people."""
    return f"{size / 2**30:.1f} GB"
