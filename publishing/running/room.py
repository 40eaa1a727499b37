"""Is there room on the disk, and does it take what is written? Asked by writing, and by waiting until it lies there."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

LITTLE = 200 * 2**20  # bytes; with less, pictures cannot be fetched
SAMPLE = b"\0" * 65536
FULL = "The disk is full: only {free} are free in {var}. The operator makes room; then everything goes on by itself."
REFUSED = "{var} cannot be written to ({why}). The operator gives this program the right to."
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Room:
    """`full`: nothing more fits. `refused`: it cannot be written to for another reason."""

    free: int
    full: bool = False
    refused: bool = False
    sentence: str = ""


def look(*, write: bool = False) -> Room:
    """What the disk says; with `write` also what it does. A quota, or a disk that is full for us alone, shows then."""
    var = Path(settings.VAR)
    try:
        free = shutil.disk_usage(var).free
    except OSError as error:
        return _no(0, var, error)
    if free < LITTLE:
        return _no(free, var, OSError(errno.ENOSPC, ""))
    return _written(var, free) if write else Room(free)


def _written(var: Path, free: int) -> Room:
    try:
        with tempfile.TemporaryFile(dir=var) as file:
            file.write(SAMPLE)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return _no(free, var, error)
    return Room(free)


def _no(free: int, var: Path, error: OSError) -> Room:
    if error.errno in NO_ROOM:
        return Room(free, full=True, sentence=FULL.format(free=f"{free / 2**20:.0f} MB", var=var))
    return Room(free, refused=True, sentence=REFUSED.format(var=var, why=error.strerror))
