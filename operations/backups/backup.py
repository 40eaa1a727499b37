"""A copy of the install that can be put back: the database as of one moment, and pictures that nobody else has.

The copy of the database knows that it is one: what was done since is not in it, so nothing is published from it until
a person says so (`restored_copy`). `restore` puts it back, and HOW tells people how.

Keys are not in it by default. Whoever finds a backup without them can read names and captions, but no token; and
whoever has lost them can never open the tokens again. So they are kept elsewhere, and each backup says where they are.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from media import blobs
from media.models import Blob
from media.storage import Missing
from operations.backups import held
from operations.backups.description import DUMP, POSTGRES_DUMP, Description, checksum, write
from operations.reasons import BackupWithKeys, BackupWritten, CopyDamaged, FolderThere, NoPgDump, PgFailed
from poster import clock
from poster.config import files
from poster.ledger import hash_chain, security_log
from poster.models import Switch
from poster.permissions import NotPossible
from poster.reasons import Quoted
from poster.work import space

KEYS = {"KEY_FILE": "keys", "SECRET_KEY": "secret_key", "AUDIT_KEY": "audit_key"}
MARK = "INSERT OR REPLACE INTO poster_switch (name, thrown_at) VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. `keys`: where they are, each as a sentence."""

    folder: Path
    size: int
    head: str
    pictures: int
    keys: list[str]
    with_keys: bool


def back_up(to: Path | None = None, *, with_keys: bool = False) -> Backup:
    """Write it into a new folder, while everything goes on. Raises NotPossible."""
    if not (room := space.room()).holds():
        raise NotPossible(room.reason)
    began = clock.now()
    folder = to or held.folder() / f"{began:%Y-%m-%d-%H%M%S}"
    _make(folder)
    head = hash_chain.head()
    try:
        file = _copy_sqlite(folder, began) if connection.vendor == "sqlite" else _dump_postgres(folder)
    except NotPossible:
        shutil.rmtree(folder)  # nobody shall take it for a backup
        raise
    pictures = _copy_pictures(folder)
    if with_keys:
        _copy_keys(folder)
    made = Backup(folder, file.stat().st_size, head, pictures, where_keys_are(), with_keys)
    _describe(made, file, began)
    security_log.record(security_log.Kind.OPERATION, BackupWithKeys() if with_keys else BackupWritten())
    return made


def where_keys_are() -> list[str]:
    """Each key that a backup is worth nothing without."""
    kept = Path(settings.KEY_FILE) if not settings.CREDENTIAL_KEYS else None
    places = [f"keys that seal tokens: {kept or 'CREDENTIAL_KEYS in the environment'}"]
    for name, file in (("AUDIT_KEY", "audit_key"), ("SECRET_KEY", "secret_key")):
        path = Path(settings.VAR) / file
        what = "signs the ledger" if name == "AUDIT_KEY" else "signs sessions and links"
        places.append(f"{name}, which {what}: {path if path.exists() else f'{name} in the environment'}")
    return places


def _make(folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise NotPossible(FolderThere(folder=str(folder))) from error


def _copy_sqlite(folder: Path, began: dt.datetime) -> Path:
    """SQLite's own online backup: consistent, and writers hardly notice it. In the copy stands that it is one."""
    target = folder / DUMP
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=2000, sleep=0.01)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise NotPossible(CopyDamaged())
        copy.execute(MARK, [Switch.RESTORED, began.replace(tzinfo=None).isoformat(" ")])
        copy.commit()
    return target


def _dump_postgres(folder: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise NotPossible(NoPgDump())
    target = folder / POSTGRES_DUMP
    target.touch(mode=0o600)
    where, password = place()
    run = subprocess.run(  # noqa: S603 - the program that PATH names
        [program, "--format=custom", f"--file={target}", f"--dbname={where}"],
        env={**os.environ, "PGPASSWORD": password},  # a command line can be read by everybody on this machine
        capture_output=True,
        check=False,
    )
    if run.returncode:
        raise NotPossible(PgFailed(program="pg_dump", said=Quoted(run.stderr.decode(errors="replace"))))
    return target


def place() -> tuple[str, str]:
    """Our database as its programs take it, with all that DATABASE_URL says (sslmode and so on); and the password."""
    from psycopg import pq
    from psycopg.conninfo import make_conninfo

    known = {each.keyword.decode() for each in pq.Conninfo.get_defaults()}
    told = {name: value for name, value in connection.get_connection_params().items() if name in known}
    return make_conninfo(**{**told, "password": None}), str(told.get("password", ""))


def _copy_pictures(folder: Path) -> int:
    """Only those that came from no watch: all others can be fetched again."""
    copied = 0
    for blob in Blob.objects.filter(purpose=Blob.Purpose.ORIGINAL, asset__found__watch=None).iterator(chunk_size=500):
        with suppress(Missing), blobs.storage(blob.place).local(blob.key) as path:
            files.copy(path, folder / "spool" / blob.key)
            copied += 1
    return copied


def _copy_keys(folder: Path) -> None:
    (folder / "keys").mkdir(mode=0o700)
    for path in (Path(settings.KEY_FILE), *(Path(settings.VAR) / name for name in ("audit_key", "secret_key"))):
        if path.exists():
            shutil.copy2(path, folder / "keys" / path.name)
    if settings.CREDENTIAL_KEYS:
        (folder / "keys" / "CREDENTIAL_KEYS").write_text(",".join(settings.CREDENTIAL_KEYS))
    for file in (folder / "keys").iterdir():
        file.chmod(0o600)


def _describe(backup: Backup, file: Path, began: dt.datetime) -> None:
    keys = "\n".join(f"  - {place}" for place in backup.keys)
    where = "They are in keys/: keep this backup as safe as your passwords." if backup.with_keys else NOT_HERE
    how = HOW.format(backup=backup.folder, head=backup.head)
    (backup.folder / "README.txt").write_text(README.format(how=how, keys=keys, where=where))
    size = sum(each.stat().st_size for each in backup.folder.rglob("*") if each.is_file())
    write(backup.folder, Description(began, file.name, checksum(file), backup.head, size))


# One text for the README of each backup and for docs/operating.md (a test compares, and does what it says).
HOW = """\
1. Stop ai-poster wherever it runs on this data, for good: a copy and its original never run side by side.
2. Take an empty data folder (VAR) and the same version of ai-poster, or a newer one. If the database is PostgreSQL,
   make an empty one (createdb NAME) and name it in DATABASE_URL.
3. Put the backup there:

       manage.py restore {backup}

   If the keys are not in it, give your copies of them: --keys FOLDER, with the files keys, secret_key and audit_key.
4. See that the ledger is whole:

       manage.py audit_verify --head {head}

5. Start it:

       manage.py start

   It knows that it is a copy. Nothing is published: it asks every channel what was posted since the backup, and lets
   its sources look again. That takes some 20 minutes. How far it is stands on the front page, and here:

       manage.py restore

6. What it found is marked as published. What it cannot know waits for its owner, with the reason. When you have looked,
   say that publishing goes on, on the front page or here:

       manage.py restore --go-on

7. Whoever was erased since the backup is in it again: erase them again (manage.py delete_account).
"""
NOT_HERE = (
    "They are not in this backup, on purpose. Keep copies of them elsewhere: without them no token can be opened."
)
README = """\
A backup of ai-poster. To put it back:

{how}
The keys at the time of the backup:
{keys}
{where}
"""
