"""A backup is put back by doing what its README says, word by word, beside a world that has moved on."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.backups.backup import HOW
from tests import pictures
from tests.whole.followers import shown
from tests.whole.lanes import ROOT, Lane, cutter, kill, lane

pytestmark = pytest.mark.slow
COMMAND = re.compile(r"^ {7}manage\.py (.*)$", re.MULTILINE)
DOCUMENTED = HOW.format(backup="/backup/2026-11-21", head="1f0c...")


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Lane]:
    """Accounts, and a watch on the inbox that posts by itself."""
    with lane(tmp_path / "one") as made:
        with cutter(made):
            pass
        yield made


def drop(install: Lane, name: str, look: int) -> None:
    pictures.saved(install.inbox / name, pictures.four_corners(400 + look, 400, look=look))


def manage(install: Lane, *words: str) -> str:
    """One of our commands, on the sandbox's clock."""
    run = [sys.executable, "-m", "tests.whole.working", *words]
    done = subprocess.run(run, cwd=ROOT, env=install.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def work(install: Lane) -> None:
    """All that is due, as `start` would do it, with its web part beside it."""
    web = install.start_web()
    try:
        for _ in range(2):
            manage(install, "work", "--until-idle", "--patience", "90")
            install.box.advance(60)
    finally:
        kill(web)


def out(install: Lane) -> Counter[tuple[str, int]]:
    """What followers see: how often each picture, on each platform."""
    return Counter((post["platform"], shown(post).width) for post in install.box.feed())


def posts(install: Lane) -> list[dict[str, Any]]:
    return list(json.loads(manage(install, "posts", "--json")))


def test_doing_what_the_readme_says_posts_nothing_twice(install: Lane, tmp_path: Path) -> None:
    manage(install, "work")  # its first look at what was dropped
    drop(install, "before.jpg", 1)
    work(install)
    assert set(out(install).values()) == {1}
    drop(install, "since.jpg", 2)
    told = json.loads(manage(install, "backup", "--to", str(tmp_path / "backup"), "--with-keys", "--json"))
    work(install)
    before = out(install)
    assert len(before) == 6
    assert set(before.values()) == {1}

    install.var.rename(tmp_path / "old")  # an empty data folder
    install.inbox.mkdir(parents=True)
    for file in (tmp_path / "old" / "inbox").iterdir():
        file.rename(install.inbox / file.name)
    readme = (tmp_path / "backup" / "README.txt").read_text()
    assert HOW.format(backup=told["folder"], head=told["head"]) in readme
    done = [follow(install, words) for words in COMMAND.findall(readme)]
    assert [words.split()[0] for words in done] == ["restore", "audit_verify", "start", "restore", "restore"]

    work(install)
    assert out(install) == before
    states = Counter((row["file_name"], row["status"]) for row in posts(install))
    assert states == {("before.jpg", "published"): 3}
    drop(install, "new.jpg", 3)
    install.box.advance(4 * 3600)
    work(install)
    assert out(install) == before + Counter({(platform, 403): 1 for platform in ("facebook", "instagram", "threads")})
    assert json.loads(manage(install, "audit_verify", "--json"))["faults"] == []


def follow(install: Lane, words: str) -> str:
    """One command of the text. `start` is lived through by `work`: its first minutes, then the twenty that it takes."""
    if words == "start":
        assert "Nothing is published" in manage(install, "work")
        install.box.advance(1200)
        work(install)
    else:
        manage(install, *shlex.split(words))
    return words


def test_the_documents_say_the_same() -> None:
    """Word by word, indented as a list in the page."""
    page = (ROOT / "docs" / "operating.md").read_text()
    assert DOCUMENTED in page
