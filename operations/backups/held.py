"""The backups that lie in VAR/backups of this machine: which there are, and whether one is still what was written."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from operations.backups.backup import DUMP, MANIFEST, checksum
from operations.reasons import BackupDamaged, NoBackup, NoPgRestore
from poster.permissions import NotPossible

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")  # of a folder, as we and people name them
MOST = 50  # that are listed


@dataclass(frozen=True, slots=True)
class Held:
    """A backup. `size`: bytes of all its files; `made_at` is None where it says nothing of itself: it broke off."""

    name: str
    size: int
    made_at: dt.datetime | None
    with_keys: bool


def listed() -> tuple[list[Held], int]:
    """The newest `MOST` by their names, and how many there are."""
    root = folder()
    names = sorted((each.name for each in root.iterdir() if each.is_dir()), reverse=True) if root.is_dir() else []
    return [_of(root / name) for name in names[:MOST]], len(names)


def folder() -> Path:
    """Where they lie."""
    return Path(settings.VAR) / "backups"


def check(name: str) -> int:
    """How many tables or parts its database has, when all of it is whole. Raises NotPossible."""
    if not NAME.fullmatch(name):
        raise NotPossible(NoBackup(backup=name[:100], manifest=MANIFEST))
    backup = folder() / name
    try:
        told: dict[str, str] = json.loads((backup / MANIFEST).read_text())
        file = backup / told["file"]
        whole = file.is_file() and file.parent == backup and checksum(file) == told["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotPossible(NoBackup(backup=name, manifest=MANIFEST)) from error
    found = (_tables(file) if file.name == DUMP else _parts(file)) if whole else 0
    if not found:
        raise NotPossible(BackupDamaged(file=file.name, backup=name))
    return found


def _of(backup: Path) -> Held:
    made_at = None
    with suppress(OSError, ValueError, KeyError, TypeError):
        made_at = dt.datetime.fromisoformat(json.loads((backup / MANIFEST).read_text())["made_at"])
    if made_at is not None and timezone.is_naive(made_at):
        made_at = made_at.replace(tzinfo=dt.UTC)
    return Held(backup.name, _size(backup), made_at, (backup / "keys").is_dir())


def _size(backup: Path) -> int:
    """All its files, in bytes. It may be deleted meanwhile."""
    size = 0
    with suppress(OSError):
        for file in backup.rglob("*"):
            size += file.stat().st_size if file.is_file() else 0
    return size


def _tables(file: Path) -> int:
    """Of SQLite: opened as it lies, without writing beside it."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return 0
            return int(copy.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0])
    except sqlite3.Error:
        return 0


def _parts(file: Path) -> int:
    """Of PostgreSQL: what its own program reads in the dump."""
    program = shutil.which("pg_restore")
    if program is None:
        raise NotPossible(NoPgRestore())
    run = subprocess.run([program, "--list", file], capture_output=True, check=False)  # noqa: S603 - PATH names it
    if run.returncode:
        return 0
    return sum(1 for line in run.stdout.splitlines() if line and not line.startswith(b";"))
