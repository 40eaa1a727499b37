"""A database as text, and back: SQL without triggers, which `migrate` puts up, and without a word of the machine."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
from django.db import connection

from poster.database import trigger_sync, word_index
from tests.whole.servers import Postgres

FOLDER = Path(__file__).resolve().parent
SUMS = FOLDER / "checksums"
# What pg_dump says of itself, of versions and of its session.
NOISE = re.compile(r"^(--.*|SET .*;|\\(un)?restrict .*|SELECT pg_catalog\.set_config\(.*\);)$")


def file_of(name: str, vendor: str) -> Path:
    """Where the dump of this state lies."""
    return FOLDER / f"{name}.{vendor}.sql"


def names(vendor: str) -> list[str]:
    """The states that there are dumps of, the oldest first."""
    return sorted(path.name.partition(".")[0] for path in FOLDER.glob(f"*.{vendor}.sql"))


def checksums() -> dict[str, str]:
    """{file: SHA-256} of the dumps as they were written, kept beside them: whoever edits one is told."""
    lines = (line.split() for line in SUMS.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in lines}


def files() -> dict[str, str]:
    """The same of the dumps as they lie there."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(FOLDER.glob("*.sql"))}


def of_sqlite(file: Path) -> str:
    """Table by table, as they are called, with their rows as they came. Its indexes of words are gone for good."""
    with closing(sqlite3.connect(file)) as database:
        for each in word_index.indexes().values():
            database.execute(f"DROP TABLE {each.name}")
        database.commit()
        return "".join(f"{each}\n" for each in database.iterdump() if not each.startswith("CREATE TRIGGER"))


def into_sqlite(text: str, file: Path) -> None:
    """A new file."""
    with closing(sqlite3.connect(file)) as database:
        database.executescript(text)


def of_postgres(server: Postgres, database: str) -> str:
    """The same, by pg_dump. The triggers of the database that the connection leads to are taken down for good."""
    trigger_sync.take_down(connection)
    with connection.cursor() as cursor:
        for each in trigger_sync.wanted("postgresql"):
            cursor.execute(f"DROP FUNCTION IF EXISTS {each.name}()")
        for index in word_index.indexes().values():
            cursor.execute(f"DROP INDEX {index.name}")
    plain = ("--inserts", "--no-owner", "--no-privileges", "--no-comments")
    done = subprocess.run(
        [server.programs / "pg_dump", *plain, server.url_of(database)], check=True, capture_output=True, text=True
    )
    return "".join(f"{line}\n" for line in done.stdout.split("\n") if not NOISE.match(line))


def into_postgres(text: str, url: str) -> None:
    """A new database, which is there and empty."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(text.encode())


def counts(text: str) -> dict[str, int]:
    """How many rows of each table there are in a dump."""
    found = dict.fromkeys(_after(r"CREATE TABLE", text), 0)
    for table in _after(r"INSERT INTO", text):
        found[table] = found.get(table, 0) + 1  # SQLite's own tables are made by nobody
    return found


def _after(words: str, text: str) -> Iterator[str]:
    return (each[1] for each in re.finditer(rf'^{words} (?:public\.)?"?(\w+)"?', text, re.MULTILINE))
