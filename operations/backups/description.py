"""What a backup says of itself, in one small file beside its database, and whether it is still what was written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from operations.reasons import BackupDamaged, NoBackup
from poster.permissions import NotPossible

MANIFEST = "backup.json"
DUMP = "database.sqlite3"
POSTGRES_DUMP = "database.dump"


@dataclass(frozen=True, slots=True)
class Description:
    """`file`: its database, by its name. `size`: bytes of the whole; None where it was made before this was noted."""

    made_at: dt.datetime
    file: str
    sha256: str
    head: str
    size: int | None = None


def write(folder: Path, description: Description) -> None:
    """Last of all files: a folder without it is no backup yet."""
    told = {
        "made_at": description.made_at.isoformat(),
        "file": description.file,
        "sha256": description.sha256,
        "head": description.head,
        "size": description.size,
    }
    (folder / MANIFEST).write_text(json.dumps(told, indent=2))


def read(folder: Path) -> Description:
    """As it stands there. Raises NotPossible where nothing does: it broke off, or is no backup of ours."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        made_at = dt.datetime.fromisoformat(told["made_at"])
        size = told.get("size")
        return Description(
            made_at.replace(tzinfo=dt.UTC) if timezone.is_naive(made_at) else made_at,
            str(told["file"]),
            str(told["sha256"]),
            str(told["head"]),
            size if isinstance(size, int) else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotPossible(NoBackup(backup=str(folder), manifest=MANIFEST)) from error


def whole(folder: Path) -> Description:
    """Of one whose database is what was written, byte by byte. Raises NotPossible."""
    told = read(folder)
    file = folder / told.file
    try:
        unchanged = told.file in (DUMP, POSTGRES_DUMP) and checksum(file) == told.sha256
    except OSError:
        unchanged = False
    if not unchanged:
        raise NotPossible(BackupDamaged(file=told.file, backup=str(folder)))
    return told


def checksum(file: Path) -> str:
    """SHA-256, 64 hex digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
