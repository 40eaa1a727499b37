"""What each start looks at first, in real processes: open files, triggers that were taken away, a copy of it all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from operations import start_checks
from tests.started import Install, processes_of

pytestmark = pytest.mark.slow


def first_words(template: str) -> str:
    """Of a sentence that we say, up to its first blank."""
    return template.partition("{")[0]


@pytest.fixture
def installs(tmp_path: Path) -> Iterator[list[Install]]:
    """The original, and where its copy is going to lie."""
    made = [Install(tmp_path / name / "var") for name in ("one", "two")]
    for each in made:
        each.var.parent.mkdir()
    yield made
    for process in (process for each in made for run in each.runs for process in processes_of(run)):
        process.kill()


def test_a_start_closes_mends_and_knows_a_copy_and_says_so(installs: list[Install]) -> None:
    one, two = installs
    one.end(one.start())
    assert first_words(start_checks.PUT_BACK) not in one.told()
    assert first_words(start_checks.TIGHTENED) not in one.told()

    (one.var / "keys").chmod(0o644)
    one.var.chmod(0o755)
    with closing(sqlite3.connect(one.var / "poster.sqlite3")) as database:
        database.execute("DROP TRIGGER outbox_ledgerentry_unchanged")
    one.end(one.start())
    assert "keys" in one.told().partition(first_words(start_checks.TIGHTENED))[2].partition("\n")[0]
    assert {(one.var / "keys").stat().st_mode & 0o777, one.var.stat().st_mode & 0o777} == {0o600, 0o700}
    assert "outbox_ledgerentry_unchanged" in one.told().partition(first_words(start_checks.MENDED))[2]
    assert first_words(start_checks.PUT_BACK) not in one.told()

    shutil.copytree(one.var, two.var)
    two.end(two.start())
    assert first_words(start_checks.PUT_BACK) in two.told()
    assert '"waits": true' in two.ask("restore", "--json").stdout
    assert '"faults": []' in two.ask("audit_verify", "--json").stdout
