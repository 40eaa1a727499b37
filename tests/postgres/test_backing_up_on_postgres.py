"""A backup of PostgreSQL is worth what can be put back from it, as somebody else and into another database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError

from accounts.models import Credential
from media.models import Asset
from operations.backups import restored_copy
from operations.backups.backup import back_up
from operations.reasons import NoPgDump
from outbox import preflight
from poster.ledger import hash_chain, security_log
from poster.models import Event, Restore
from poster.permissions import NotPossible
from publishing.models import Delivery, Post
from tests import factories
from tests.elsewhere import connected_to
from tests.facts import Told, with_reason
from tests.held import hold
from tests.whole.servers import Postgres

pytestmark = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")
PASSWORD = "pass word='1'"


@pytest.fixture
def filled(on_postgres: Postgres, settings, tmp_path: Path) -> Postgres:
    settings.SPOOL = tmp_path / "spool"
    for number in range(3):
        security_log.record(security_log.Kind.OPERATION, Told(words=f"Something was done ({number})."))
    ann = factories.person("Ann")
    factories.everything(ann)
    hold(factories.asset(ann), b"uploaded")
    return on_postgres


def put_back(server: Postgres, backup: Path) -> str:
    """By hand, with PostgreSQL's own programs, by a role that is neither the old owner nor an administrator."""
    server.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
    server.execute("DROP ROLE IF EXISTS keeper")
    server.execute("CREATE ROLE keeper LOGIN")
    server.execute("CREATE DATABASE restored OWNER keeper")
    url = server.url_of("restored").replace("poster@", "keeper@")
    subprocess.run(
        [server.programs / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", backup / "database.dump"],
        check=True,
        capture_output=True,
    )
    return url


def test_it_is_put_back_whole_with_its_walls_and_its_ledger(filled: Postgres, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup")
    security_log.record(security_log.Kind.OPERATION, Told(words="This came too late for it."))
    with connected_to(put_back(filled, made.folder)):
        call_command("migrate", "--check", verbosity=0)
        assert hash_chain.head() == made.head
        assert Event.objects.filter(fact_params__contains="Something was done").count() == 3
        assert Credential.objects.get(provider="google").secret["access_token"]
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Event.objects.update(fact_params="x")
        with pytest.raises(IntegrityError, match="stays with its owner"), transaction.atomic():
            Asset.objects.update(owner=factories.person("Bob"))
    assert (made.pictures, [path.read_bytes() for path in (made.folder / "spool").iterdir()]) == (1, [b"uploaded"])


def test_the_install_that_is_put_back_can_be_used_and_erases_a_person(filled: Postgres, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup", with_keys=True)
    restored = tmp_path / "restored"
    shutil.move(made.folder / "keys", restored)
    environment = {**os.environ, "VAR": str(restored), "DATABASE_URL": put_back(filled, made.folder)}
    environment["REMOTE_ROOT"] = "http://127.0.0.1:9"  # nobody is there
    told = ask(environment, "audit_verify", "--head", made.head)
    assert (told["head"], told["faults"]) == (made.head, [])
    gone = ask(environment, "delete_account", "ann@example.org", "--yes")
    assert gone["rows"]["posts"] == Post.objects.count() == 2


def test_what_was_loaded_from_a_dump_by_hand_knows_that_it_is_a_copy(filled: Postgres, tmp_path: Path) -> None:
    """Its tables have other ids than it remembers."""
    assert restored_copy.notice() is None
    made = back_up(tmp_path / "backup")
    assert restored_copy.notice() is None
    with connected_to(put_back(filled, made.folder)):
        restore = restored_copy.notice()
        assert restore is not None
        assert restore.sign == Restore.Sign.MOVED
        assert preflight.put_back()
        assert Delivery.objects.filter(restored_at=None, state="needs_you").count() == 0
        assert restored_copy.notice() is None


def test_the_command_puts_it_into_an_empty_database_alone(filled: Postgres, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup", with_keys=True)
    full = {**os.environ, "VAR": str(tmp_path / "full"), "DATABASE_URL": filled.url_of("poster_test")}
    assert "not empty" in str(ask(full, "restore", str(made.folder))["error"])
    filled.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
    filled.execute("CREATE DATABASE restored")
    empty = {**os.environ, "VAR": str(tmp_path / "empty"), "DATABASE_URL": filled.url_of("restored")}
    told = ask(empty, "restore", str(made.folder))
    assert (told["head"], told["missing"]) == (made.head, [])
    assert ask(empty, "audit_verify", "--head", made.head)["faults"] == []
    ask(empty, "work")
    status = ask(empty, "restore")
    assert (status["waits"], status["sign"]) == (True, "backup")


def ask(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """What a command answers in an install of its own."""
    command = [sys.executable, str(real.BASE / "manage.py"), *words, "--json"]
    run = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert run.stdout, run.stderr.decode()
    return json.loads(run.stdout)


def test_what_is_in_it_is_for_its_owner_and_says_how_to_put_it_back(filled: Postgres, tmp_path: Path) -> None:
    made = back_up(tmp_path / "backup")
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert (made.folder / "database.dump").stat().st_mode & 0o777 == 0o600
    assert "manage.py restore" in (made.folder / "README.txt").read_text()
    content = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert real.AUDIT_KEY.encode() not in content


def test_the_password_is_on_no_command_line(filled: Postgres, tmp_path: Path, settings, monkeypatch) -> None:
    """pg_dump in PATH is a program that tells how it was called."""
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\necho "$PGPASSWORD" > {tmp_path}/known\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    connection.settings_dict["PASSWORD"] = PASSWORD
    connection.settings_dict["OPTIONS"] = {"sslmode": "prefer", "application_name": "poster's own"}
    with pytest.raises(NotPossible, match="pg_dump did not manage it"):
        back_up(tmp_path / "backup")
    said = (tmp_path / "said").read_text()
    assert PASSWORD not in said
    assert "sslmode=prefer" in said
    assert (tmp_path / "known").read_text().strip() == PASSWORD


def test_what_could_not_be_made_leaves_nothing_that_looks_like_a_backup(
    filled: Postgres, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotPossible, check=with_reason(NoPgDump)):
        back_up(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
