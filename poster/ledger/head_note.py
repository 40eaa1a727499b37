"""The newest end of the ledger, noted in a file of this machine: what the database alone cannot be made to forget.

After each commit the note moves on, but only from a link that is in the chain. An end that was cut off, and an older
copy of the database that was put in its place, leave a note that is not in the chain, and it stays until a person has
said what became of it. The note is not synced to the disk: after a power cut it may be a few lines old, which is never
wrong. On several hosts each notes what it wrote itself.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from poster.models import Link

START = "0" * 64
NAME = "ledger_head"
LONGEST = 200  # bytes


class End(NamedTuple):
    """A link of the chain: its number (0 before the first) and its chain."""

    number: int
    chain: str


def note(before: End, last: End) -> None:
    """The links between `before` and `last` are written for good. Raises OSError."""
    file = os.open(_path(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        noted = _parsed(os.pread(file, LONGEST, 0))
        if noted is None or noted == before or (noted.number < before.number and _is_there(noted)):
            os.pwrite(file, _written(last), 0)
    finally:
        os.close(file)


def noted() -> End | None:
    """What this machine noted last; None when it never did, or cannot be read."""
    try:
        return _parsed(_path().read_bytes())
    except OSError:
        return None


def lost() -> End | None:
    """The noted end, when it is not in the chain: lines were cut off, or the database is an older copy."""
    last = noted()
    return None if last is None or _is_there(last) else last


def start_again(last: End) -> None:
    """A person has said that this is the end of the ledger now."""
    forget()
    note(last, last)


def forget() -> None:
    """Nothing is noted: for an install that is put into an empty folder."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.VAR) / NAME


def _is_there(end: End) -> bool:
    return end.number == 0 or Link.objects.filter(number=end.number, chain=end.chain).exists()


def _written(end: End) -> bytes:
    return f"{end.number:020d} {end.chain}\n".encode()


def _parsed(content: bytes) -> End | None:
    number, _, chain = content.decode(errors="replace").strip().partition(" ")
    return End(int(number), chain) if number.isdecimal() and len(chain) == len(START) else None
