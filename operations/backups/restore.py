"""A backup is put into an empty install: `manage.py restore BACKUP`. Into one that holds anything it is refused.

What is put back knows that it is a copy (see `restored_copy`). Files are on the disk before this returns.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from media import blobs, sweeping
from operations.backups.backup import place
from operations.backups.description import DUMP, Description, whole
from operations.reasons import (
    KeysNotThere,
    NoPgRestore,
    NotEmpty,
    OtherDatabase,
    PgFailed,
    StillRunning,
)
from poster.config import files
from poster.ledger import head_note
from poster.models import Switch
from poster.permissions import NotPossible
from poster.reasons import Quoted
from poster.work import processes

HOLD_ROWS = (
    "accounts_user",
    "poster_link",
    "outbox_outgoing",
)  # an install with a row in one of these is not empty
KEYS = {"keys": "KEY_FILE", "secret_key": "", "audit_key": ""}  # file in a backup, and the setting of its place
PARTS = ("web", "work")


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back. `keys`: files that were put in their place; `missing`: those that nobody gave."""

    made_at: dt.datetime
    head: str
    pictures: int
    keys: list[str]
    missing: list[str]


def put_back(backup: Path, keys: Path | None = None) -> PutBack:
    """The whole of it. Raises NotPossible, and then nothing was changed that anybody needs."""
    told = _of_this_kind(backup)
    with _alone():
        _must_be_empty()
        given = _keys_in(keys or backup / "keys", asked_for=keys is not None)
        if connection.vendor == "sqlite":
            _put_file(backup / DUMP)
        else:
            _load_dump(backup / told.file)
        for name, file in given.items():
            files.replace(_place_of(name), file.read_text(encoding="utf-8").strip())
        head_note.forget()
        call_command("migrate", verbosity=0)
        Switch.objects.update_or_create(name=Switch.RESTORED, defaults={"thrown_at": told.made_at})
        pictures = _put_pictures(backup / "spool")
    missing = [name for name in KEYS if name not in given and not _was_there(name)]
    return PutBack(told.made_at, told.head, pictures, list(given), missing)


def _of_this_kind(backup: Path) -> Description:
    """What the backup says of itself, if it is whole and of our kind of database. Raises NotPossible."""
    told = whole(backup)
    if (told.file == DUMP) != (connection.vendor == "sqlite"):
        raise NotPossible(OtherDatabase(kind="SQLite" if told.file == DUMP else "PostgreSQL"))
    return told


@contextmanager
def _alone() -> Iterator[None]:
    """While no part of this install runs."""
    locks = [processes.Lock(Path(settings.VAR) / "run" / f"{part}.lock") for part in PARTS]
    taken = []
    try:
        for lock in locks:
            lock.take()
            taken.append(lock)
        yield
    except processes.Taken as error:
        raise NotPossible(StillRunning(var=str(settings.VAR))) from error
    finally:
        for lock in taken:
            lock.let_go()


def _must_be_empty() -> None:
    there = set(connection.introspection.table_names())
    for table in HOLD_ROWS:
        if table in there and _has_rows(table):
            raise NotPossible(NotEmpty(var=str(settings.VAR)))


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - names of ours
        return cursor.fetchone() is not None


def _keys_in(folder: Path, *, asked_for: bool) -> dict[str, Path]:
    found = {name: folder / name for name in KEYS if (folder / name).is_file()}
    if asked_for and not found:
        raise NotPossible(KeysNotThere(keys=str(", ".join(KEYS)), folder=str(folder)))
    return found


def _place_of(name: str) -> Path:
    return Path(settings.KEY_FILE) if name == "keys" else Path(settings.VAR) / name


def _was_there(name: str) -> bool:
    """Given otherwise: in the environment, or put in its place by hand before."""
    if name == "keys":
        return bool(settings.CREDENTIAL_KEYS) or Path(settings.KEY_FILE).is_file()
    return bool(os.environ.get(name.upper()) or os.environ.get(f"{name.upper()}_FILE"))


def _put_file(copy: Path) -> None:
    """In the place of a database that holds nothing."""
    target = Path(str(connection.settings_dict["NAME"]))
    connections.close_all()
    for rest in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    files.copy(copy, target)


def _load_dump(dump: Path) -> None:
    program = shutil.which("pg_restore")
    if program is None:
        raise NotPossible(NoPgRestore())
    where, password = place()
    connections.close_all()
    clean = ("--no-owner", "--exit-on-error", "--clean", "--if-exists")
    run = subprocess.run(  # noqa: S603 - the program that PATH names
        [program, *clean, f"--dbname={where}", dump],
        env={**os.environ, "PGPASSWORD": password},
        capture_output=True,
        check=False,
    )
    if run.returncode:
        raise NotPossible(PgFailed(program="pg_restore", said=Quoted(run.stderr.decode(errors="replace"))))


def _put_pictures(folder: Path) -> int:
    """Under the keys that the rows of the copy have. What else they name was left out, and is got again when needed."""
    found = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    for path in found:
        files.copy(path, draft := Path(settings.VAR) / "scratch" / path.name)
        blobs.storage().put(draft, path.name)
    sweeping.lost()
    return len(found)
