"""`python -m tests.filled_database` fills a fresh install, checks it and writes it down: tests/filled/DAY.*.sql.

Every later version upgrades these and reads them: see docs/migrations.md. One that is there is never written again;
before the first release, while migrations are written anew, `--afresh` writes the one state anew, with a new day.
PostgreSQL's is left out where it is not installed, and that is told.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

MOST = 400_000  # characters of one dump
HOST = "filled"  # what lines say of the machine that wrote them


def made(day: dt.date, folder: Path) -> Iterator[tuple[str, str]]:
    """(vendor, dump) of each database that is here. Raises AssertionError when something is wrong with a filled one."""
    from tests.filled import dumping
    from tests.whole.servers import NotHere, postgres

    file = folder / "filled.sqlite3"
    with _filled(f"sqlite:///{file}", day):
        pass
    yield "sqlite", dumping.of_sqlite(file)
    try:
        with postgres() as server:
            server.execute("CREATE DATABASE filled")
            with _filled(server.url_of("filled"), day):
                text = dumping.of_postgres(server, "filled")
            yield "postgres", text
    except NotHere as error:
        print(f"No dump of PostgreSQL: {error}.")  # noqa: T201


@contextmanager
def _filled(url: str, day: dt.date) -> Iterator[None]:
    from django.core.management import call_command

    from tests.elsewhere import connected_to
    from tests.filled import checking, rows
    from tests.filled.install import at_work

    with at_work(day), connected_to(url), _named(HOST):
        call_command("migrate", verbosity=0)
        rows.fill()
        found = checking.wrong({})
        assert found == [], found
        yield


@contextmanager
def _named(host: str) -> Iterator[None]:
    """Lines of the ledger name the machine that wrote them."""
    usual, socket.gethostname = socket.gethostname, lambda: host
    try:
        yield
    finally:
        socket.gethostname = usual


def write(day: dt.date, *, afresh: bool) -> None:
    """Into files. Raises SystemExit when that day has some, or one is too long."""
    from tests.filled import dumping

    there = [path for path in dumping.FOLDER.glob("*.sql") if afresh or path.name.startswith(f"{day}.")]
    if there and not afresh:
        raise SystemExit("There is a dump of this day, and dumps never change.")
    dumps = dict(made(day, Path(os.environ["VAR"])))
    if long := {vendor: len(text) for vendor, text in dumps.items() if len(text) > MOST}:
        raise SystemExit(f"Too long: {long}")
    for path in there:
        path.unlink()
    for vendor, text in dumps.items():
        dumping.file_of(str(day), vendor).write_text(text, encoding="utf-8")
    lines = (f"{digest} {name}\n" for name, digest in dumping.files().items())
    dumping.SUMS.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """From the command line."""
    asked = argparse.ArgumentParser(prog="python -m tests.filled_database")
    asked.add_argument("day", nargs="?", type=dt.date.fromisoformat, default=dt.datetime.now(dt.UTC).date())
    asked.add_argument("--afresh", action="store_true", help="in place of those that are there; before a release only")
    given = asked.parse_args()
    import tests.own_install  # noqa: F401 - the environment of the machine has no say in it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poster.settings")
    try:
        django.setup()
        write(given.day, afresh=given.afresh)
    finally:
        shutil.rmtree(os.environ["VAR"], ignore_errors=True)


if __name__ == "__main__":
    main()
