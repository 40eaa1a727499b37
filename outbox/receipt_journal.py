"""What they said when it went out, in a small file of this machine, where the database could not take it at once.

Room for it is made before the call that publishes: a disk that is full by then stops the post, and not its proof. What
stands in such a file is taken up before anything about it is decided (`outbox.receipts`).
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

log = logging.getLogger(__name__)
FOLDER = "receipts"
ROOM = 8192  # bytes; what they said is cut so that it fits
OLD = 3600.0  # seconds; no call takes as long, so nobody will write into room that was made before that
Said = dict[str, Any]


def make_room(out: UUID) -> None:
    """Its bytes are on the disk, to be written over. Raises OSError.

    Room that is there already is left as it is: another worker may have taken the row, and have something in it.
    """
    path = _path(out)
    if not path.is_file() or path.stat().st_size < ROOM:
        _write(path, b" " * ROOM)


def keep(out: UUID, said: Said) -> bool:
    """On the disk when this returns; False when even that cannot be, and the log alone has it."""
    log.error("They published %s, and the database cannot take it; it is kept in %s.", out, _path(out))
    try:
        _write(_path(out), _fitting(said))
    except OSError:
        log.exception("Not even there: %s is out as %s", out, said.get("remote_id"))
        return False
    return True


def kept(out: UUID) -> Said | None:
    """What was kept for it; None when nothing was. Raises OSError when a file is there and cannot be read."""
    try:
        return _parsed(_path(out).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None


def all_kept() -> Iterator[tuple[UUID, Said]]:
    """Each one that waits to be written down. Room that nobody used is cleared away."""
    for path in sorted(_folder().glob("*.json")):
        try:
            said = _parsed(path.read_bytes())
            if said is not None:
                yield UUID(path.stem), said
            elif time.time() - path.stat().st_mtime > OLD:
                path.unlink(missing_ok=True)
        except (OSError, ValueError):
            log.exception("The receipt in %s cannot be read", path)


def done(out: UUID) -> None:
    """The database has it, or nothing was to be kept."""
    try:
        _path(out).unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError:
        log.exception("A receipt that is written down stays in its file")


def _write(path: Path, content: bytes) -> None:
    """In place: a file that is there needs no new room."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(file, content.ljust(ROOM), 0)
        os.fsync(file)
    finally:
        os.close(file)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _fitting(said: Said) -> bytes:
    whole = json.dumps(said, default=str).encode()
    return whole if len(whole) <= ROOM else json.dumps({**said, "answer": {}}, default=str).encode()[:ROOM]


def _parsed(content: bytes) -> Said | None:
    """None where nobody has written anything yet, or only half of it."""
    try:
        said = json.loads(content)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _folder() -> Path:
    return Path(settings.VAR) / FOLDER


def _path(out: UUID) -> Path:
    return _folder() / f"{out}.json"
