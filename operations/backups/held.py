"""The backups that lie in VAR/backups of this machine: which there are, and whether one is whole."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from operations.backups.description import DUMP, MANIFEST, read, whole
from operations.reasons import BackupDamaged, NoBackup, NoPgRestore
from poster.permissions import NotPossible

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")  # of a folder, as we and people name them
MOST = 50  # that are listed


@dataclass(frozen=True, slots=True)
class Held:
    """A backup. `made_at` is None where it says nothing of itself: it broke off. `size`: None where it says none."""

    name: str
    size: int | None
    made_at: dt.datetime | None
    with_keys: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The newest `MOST`, then those that broke off as far as there is room. `others`: how many are not among them."""

    backups: list[Held]
    others: int

    @property
    def newest(self) -> Held | None:
        """The one that was made last; None when none was made to its end."""
        return next((each for each in self.backups if each.made_at), None)


def listed() -> Listed:
    """By when each says that it was made: names are people's, and a copy of files has times of its own."""
    root = folder()
    found = [_of(each) for each in root.iterdir() if each.is_dir()] if root.is_dir() else []
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    found.sort(key=lambda each: (each.made_at or never, each.name), reverse=True)
    return Listed(found[:MOST], len(found[MOST:]))


def folder() -> Path:
    """Where they lie."""
    return Path(settings.VAR) / "backups"


def named(name: str) -> Path:
    """The one of this name. Raises NotPossible for what would lead elsewhere."""
    if not NAME.fullmatch(name):
        raise NotPossible(NoBackup(backup=name[:100], manifest=MANIFEST))
    return folder() / name


def check(backup: Path) -> int:
    """How many tables or parts its database has, when all of it is whole. Raises NotPossible."""
    file = backup / whole(backup).file
    found = _tables(file) if file.name == DUMP else _parts(file)
    if not found:
        raise NotPossible(BackupDamaged(file=file.name, backup=str(backup)))
    return found


def _of(backup: Path) -> Held:
    with_keys = (backup / "keys").is_dir()
    try:
        told = read(backup)
    except NotPossible:
        return Held(backup.name, None, None, with_keys)
    return Held(backup.name, told.size, told.made_at, with_keys)


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
