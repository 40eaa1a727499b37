"""A backup is worth what can be put back from it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.models import User
from operations.backups import held
from operations.backups.backup import back_up
from operations.errands import orders, tasks
from operations.models import Errand
from operations.reasons import BackupWritten, FolderThere
from poster.config import files
from poster.ledger import security_log
from poster.models import Event
from poster.permissions import Caller, NotPossible
from tests import factories
from tests.facts import Told, with_reason
from tests.held import hold

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has pg_dump")


@pytest.fixture
def filled(transactional_db, settings, tmp_path: Path) -> None:
    settings.SPOOL = tmp_path / "spool"
    for number in range(5):
        security_log.record(security_log.Kind.OPERATION, Told(words=f"Something was done ({number})."))
    ann = factories.person("Ann")
    hold(factories.asset(ann), b"uploaded")
    hold(factories.asset(ann, watched_by=factories.watch(ann)), b"found, and still where it was found")


class Elsewhere:
    """An install of its own in a folder, asked by commands."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.environment = {**os.environ, "VAR": str(var), "DATABASE_URL": "", "REMOTE_ROOT": "http://127.0.0.1:9"}

    def ask(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code, and the answer in JSON."""
        command = [sys.executable, str(real.BASE / "manage.py"), *words, "--json"]
        run = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        assert run.stdout, run.stderr.decode()
        return run.returncode, json.loads(run.stdout)


@pytest.fixture
def empty(tmp_path: Path) -> Elsewhere:
    return Elsewhere(tmp_path / "elsewhere")


def test_it_is_put_back_and_its_ledger_is_whole(filled, tmp_path: Path, empty: Elsewhere) -> None:
    made = back_up(tmp_path / "backup", with_keys=True)
    code, told = empty.ask("restore", str(made.folder))
    assert (code, told["head"], told["pictures"]) == (0, made.head, 1)
    kept = {file.name for file in (made.folder / "keys").iterdir()}  # `keys` only where something was sealed
    assert kept >= {"audit_key", "secret_key"}
    assert (set(told["keys"]), set(told["missing"])) == (kept, {"keys"} - kept)
    code, answer = empty.ask("audit_verify", "--head", made.head)
    assert (code, answer["faults"], answer["lines"], answer["head"]) == (0, [], 5, made.head)
    assert [file.read_bytes() for file in (empty.var / "spool").iterdir()] == [b"uploaded"]
    with closing(sqlite3.connect(empty.var / "poster.sqlite3")) as copy:  # what was found is got again when needed
        assert copy.execute("SELECT key FROM media_blob").fetchall() == [
            (file.name,) for file in (empty.var / "spool").iterdir()
        ]
    assert files.loose(empty.var) == []
    assert empty.ask("restore")[1] == {"waits": False}  # it is noticed when something is to be done
    empty.ask("work")
    assert empty.ask("restore")[1]["waits"] is True
    found = {row["name"]: row for row in empty.ask("doctor", "--offline")[1]["findings"]}
    assert found["restored copy"]["level"] == "problem"


def test_keys_that_are_kept_elsewhere_are_given(filled, tmp_path: Path, empty: Elsewhere) -> None:
    made = back_up(tmp_path / "backup")
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "audit_key").write_text(real.AUDIT_KEY)
    code, told = empty.ask("restore", str(made.folder), "--keys", str(kept))
    assert (code, told["keys"], told["missing"]) == (0, ["audit_key"], ["keys", "secret_key"])
    assert empty.ask("audit_verify", "--head", made.head)[1]["faults"] == []


def test_it_is_refused_where_anything_would_be_lost(filled, tmp_path: Path, empty: Elsewhere) -> None:
    made = back_up(tmp_path / "backup")
    assert empty.ask("restore", str(tmp_path))[0] == 1
    assert empty.ask("restore", str(made.folder), "--keys", str(tmp_path))[0] == 1
    assert empty.ask("restore", str(made.folder))[0] == 0
    code, told = empty.ask("restore", str(made.folder))
    assert (code, "not empty" in told["error"]) == (1, True)


def test_a_damaged_backup_is_refused(filled, tmp_path: Path, empty: Elsewhere) -> None:
    made = back_up(tmp_path / "backup")
    damage(made.folder)
    code, told = empty.ask("restore", str(made.folder))
    assert (code, "damaged" in told["error"]) == (1, True)
    assert empty.ask("restore")[0] == 1  # and nothing is there


def test_keys_are_not_in_it_and_it_says_where_they_are(filled, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup")
    files = {path.name for path in made.folder.rglob("*")}
    assert files == {"database.sqlite3", "backup.json", "README.txt", "spool"} | {
        path.name for path in (made.folder / "spool").iterdir()
    }
    secrets = [real.SECRET_KEY.encode(), real.AUDIT_KEY.encode()]
    content = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert [secret for secret in secrets if secret in content] == []
    readme = (made.folder / "README.txt").read_text()
    assert all(place in readme for place in made.keys)
    assert any("audit_key" in place for place in made.keys)


def test_nobody_else_on_this_machine_reads_it(filled, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup", with_keys=True)
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert (made.folder / "database.sqlite3").stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (made.folder / "keys").iterdir()} == {0o600}


def test_an_older_backup_is_never_overwritten(filled, tmp_path: Path) -> None:
    back_up(tmp_path / "backup")
    with pytest.raises(NotPossible, check=with_reason(FolderThere)):
        back_up(tmp_path / "backup")


def test_the_command_answers_in_json(filled, tmp_path: Path, capsys) -> None:
    call_command("backup", "--to", str(tmp_path / "backup"), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["pictures"] == 1
    assert answer["with_keys"] is False
    assert answer["bytes"] > 100_000


@pytest.fixture
def operator(filled, settings, tmp_path: Path) -> User:
    settings.VAR = tmp_path
    return factories.person("Olga", operator=True)


def done(kind: Errand.Kind, by: User, about: str = "") -> Errand:
    orders.ask(kind, by=Caller.of(by), about=about)
    tasks.round()
    return Errand.objects.get(kind=kind)


def test_one_that_was_asked_for_in_the_dashboard_is_whole(operator: User) -> None:
    made = done(Errand.Kind.BACKUP, operator)
    (backup,) = held.listed().backups
    assert (made.state, made.reason, backup.made_at is not None, backup.with_keys) == ("ended", None, True, False)
    assert Event.objects.filter(fact_code=BackupWritten.code).exists()
    database = held.named(backup.name) / "database.sqlite3"
    assert database.stat().st_size < backup.size < sum(file.stat().st_size for file in files_of(backup.name))
    checked = done(Errand.Kind.BACKUP_CHECK, operator, backup.name)
    assert (checked.state, checked.reason, checked.report) == ("ended", None, {"whole": backup.name})


def files_of(name: str) -> list[Path]:
    return [file for file in held.named(name).rglob("*") if file.is_file()]


def test_whole_stands_beside_the_one_that_was_checked_and_beside_no_other(operator: User, client) -> None:
    client.force_login(operator)
    storage = reverse("admin:storage")
    for name in ("first", "second"):
        back_up(held.folder() / name)

    def said() -> dict[str, bool]:
        rows = client.get(storage).content.decode().split('<span class="thumb none">')[1:]
        return {"first" if "<strong>first" in row else "second": "Whole when it was checked" in row for row in rows}

    assert said() == {"first": False, "second": False}
    done(Errand.Kind.BACKUP_CHECK, operator, "first")
    assert said() == {"first": True, "second": False}
    orders.ask(Errand.Kind.BACKUP_CHECK, by=Caller.of(operator), about="second")
    assert said() == {"first": True, "second": False}
    damage(held.named("second"))
    tasks.round()
    assert said() == {"first": False, "second": False}


def test_the_command_checks_one_by_its_name_and_by_its_path(operator: User, tmp_path: Path, capsys) -> None:
    named, elsewhere = back_up(), back_up(tmp_path / "elsewhere")
    for word, made in ((named.folder.name, named), (str(elsewhere.folder), elsewhere)):
        call_command("backup", "--check", word, "--json")
        told = json.loads(capsys.readouterr().out)
        assert (told["checked"], told["tables"] > 20) == (str(made.folder), True)
        damage(made.folder)
        with pytest.raises(CommandError, match="damaged"):
            call_command("backup", "--check", word)
    with pytest.raises(CommandError, match="no backup"):
        call_command("backup", "--check", "none")


def damage(backup: Path) -> None:
    with (backup / "database.sqlite3").open("r+b") as file:
        file.seek(5000)
        file.write(b"something else")
