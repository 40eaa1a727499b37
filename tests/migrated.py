"""The tables are made by `migrate`, once for all processes of a test run; each takes a copy of the file."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.elsewhere import connected_to


@pytest.fixture(scope="session")
def empty_file(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Path:
    """An empty install on SQLite, made by `migrate` alone. Whoever writes takes a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    file = shared / "migrated.sqlite3"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with django_db_blocker.unblock():
                _migrate(file)
    return file


def _migrate(file: Path) -> None:
    """A name of its own until it is whole: a process may be ended meanwhile."""
    unfinished = file.with_suffix(".unfinished")
    with connected_to(f"sqlite:///{unfinished}"):
        call_command("migrate", verbosity=0)
    unfinished.rename(file)


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, django_db_keepdb: bool, django_db_modify_db_settings: None
) -> bool:
    """Django finds a database that is migrated already. It lies in the run's own folder, and goes with that."""
    if connection.vendor != "sqlite":
        return django_db_keepdb
    shutil.copy(request.getfixturevalue("empty_file"), connection.settings_dict["TEST"]["NAME"])
    return True
