"""A backup is worth what can be put back from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as real
from django.core.management import call_command
from django.db import connection

from poster import auditing
from poster.asking import NotPossible
from publishing.keeping.backing_up import back_up
from tests import factories
from watches import spool

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has pg_dump")


@pytest.fixture
def filled(transactional_db, settings, tmp_path: Path) -> Iterator[None]:
    settings.SPOOL = tmp_path / "spool"
    for number in range(5):
        auditing.record(auditing.Kind.OPERATION, f"Something was done ({number}).")
    ann = factories.person("Ann")
    picture = factories.asset(ann, in_spool=True)
    spool.original(picture.pk).write_bytes(b"uploaded")


def test_it_is_put_back_and_its_ledger_is_whole(filled, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup", with_keys=True)
    restored = tmp_path / "restored"
    restored.mkdir()
    (made.folder / "database.sqlite3").rename(restored / "poster.sqlite3")
    for key in (made.folder / "keys").iterdir():
        key.rename(restored / key.name)
    environment = {**os.environ, "VAR": str(restored), "DATABASE_URL": ""}
    manage = [sys.executable, str(real.BASE / "manage.py")]
    run = subprocess.run(
        [*manage, "audit_verify", "--head", made.head, "--json"], env=environment, capture_output=True, check=False
    )
    answer = json.loads(run.stdout)
    assert (run.returncode, answer["faults"]) == (0, [])
    assert answer["lines"] == 5
    assert answer["head"] == made.head


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
    with pytest.raises(NotPossible, match="there already"):
        back_up(tmp_path / "backup")


def test_the_command_answers_in_json(filled, tmp_path: Path, capsys) -> None:
    call_command("backup", "--to", str(tmp_path / "backup"), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["pictures"] == 1
    assert answer["with_keys"] is False
    assert answer["bytes"] > 100_000
