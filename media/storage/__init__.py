"""Where bytes of ours lie: one small seam, and one adapter a kind of place.

A storage is opened with its address, a text. It takes and returns values, and knows no model and no setting. A key is
a name of ours (`check`) under which bytes are put once and never changed: other bytes get another key, so what is read
under one is always the same, and whoever deletes late deletes nobody else's.

What cannot be done now raises Unavailable; `Missing`, where the storage answers and nothing lies under that key. That
is never "gone": whoever asked makes the bytes again, or gets them again (`media.blobs`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from poster.errors import Unavailable
from poster.registry import Registry

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)


class Missing(Unavailable):
    """Nothing lies under this key."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A key that something lies under, and since when."""

    key: str
    since: dt.datetime


class Storage(Protocol):
    """A place for bytes. Each method raises Unavailable, and those that read Missing; ValueError for what is no key."""

    def __init__(self, address: str) -> None: ...

    def put(self, file: Path, key: str) -> None:
        """Take this file in under a key that was never used: whole or not at all, and there after a power cut.

        It is the storage's from then on: nothing lies at `file` any more.
        """
        ...

    def open(self, key: str) -> BufferedReader:
        """To read from any byte on. Whoever has it open can read to the end, even when it is deleted meanwhile."""
        ...

    def read(self, key: str, offset: int, length: int) -> bytes:
        """So many bytes from this one on; fewer at the end."""
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Inside the block, a file of this machine with these bytes, for a child process. It is only read."""
        ...

    def size(self, key: str) -> int:
        """In bytes."""
        ...

    def exists(self, key: str) -> bool:
        """Whether something lies there."""
        ...

    def delete(self, key: str) -> None:
        """Nothing lies there afterwards, nor did perhaps before."""
        ...

    def lying(self, prefix: str = "") -> Iterator[Lying]:
        """All that lies there, whole or not, under keys that begin so; in no order."""
        ...


STORAGES: Registry[type[Storage]] = Registry({"disk": ("This machine's disk", "media.storage.disk:Disk")})


def check(key: str) -> str:
    """The key itself. Raises ValueError when it is none: what comes from us never is."""
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key.")
    return key
