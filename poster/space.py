"""Room on the disk: below a floor nothing more is fetched, exported or backed up. What is here already goes out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from django.conf import settings

from poster.errors import RateLimited

MB = 2**20
CODE = "disk_full"


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: what is free in the data folder, and what has to stay free."""

    free: int
    floor: int

    def holds(self, size: int = 0) -> bool:
        """Whether so many bytes more may be written."""
        return self.free - size >= self.floor

    @property
    def sentence(self) -> str:
        return (
            f"The disk of this install is nearly full: {gb(self.floor)} have to stay free. So nothing is fetched, "
            "exported or backed up until the operator makes room; what is here already goes out."
        )


class NoRoom(RateLimited):
    """Nothing is wrong with what was asked for: it waits until there is room, and that is no try."""


def room() -> Room:
    """As it is now."""
    disk = shutil.disk_usage(settings.VAR)
    return Room(disk.free, max(settings.LEAST_FREE_MB * MB, disk.total * settings.LEAST_FREE_PERCENT // 100))


def check(size: int = 0) -> None:
    """Raises NoRoom when `size` bytes more do not fit."""
    now = room()
    if not now.holds(size):
        raise NoRoom(now.sentence)


def gb(size: int) -> str:
    """For people."""
    return f"{size / 2**30:.1f} GB"
