"""Commands as a script meets them: a process, an exit code, one sentence and no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


def run(var: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=environment | {"VAR": str(var)},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("var")
    assert run(var, "migrate", "--verbosity", "0").returncode == 0
    return var


def test_before_the_first_start_it_says_what_to_do(tmp_path: Path) -> None:
    ended = run(tmp_path, "channels")
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "manage.py start" in ended.stderr


def test_a_failure_is_one_sentence_and_exit_code_1(install: Path) -> None:
    ended = run(install, "connect", "threads", "--owner", "eve@example.org", "--json", stdin='{"access_token": "x"}')
    assert ended.returncode == 1
    assert "eve@example.org" in json.loads(ended.stdout)["error"]
    assert len(ended.stderr.strip().splitlines()) == 1


def test_success_is_exit_code_0_and_nothing_but_json_on_standard_output(install: Path) -> None:
    ended = run(install, "posts", "--json")
    assert (ended.returncode, json.loads(ended.stdout), ended.stderr) == (0, [], "")


def test_words_that_are_not_understood_are_exit_code_2(install: Path) -> None:
    ended = run(install, "watch", "repaint")
    assert ended.returncode == 2
    assert "add" in ended.stderr


def test_a_setting_that_makes_no_sense_is_one_sentence(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "posts"],
        env={"PATH": os.environ["PATH"], "VAR": str(tmp_path), "PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "PORT is 'eighty'" in ended.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "words", [("posts", "--json"), ("doctor", "--offline"), ("connect", "threads", "--owner", "eve@x.org", "--json")]
)
def test_whoever_reads_may_have_enough(words: tuple[str, ...], install: Path) -> None:
    """As in `manage.py posts --json | head -0`: silence, and the exit code of a program that SIGPIPE ended."""
    reads, writes = os.pipe()
    os.close(reads)
    ended = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env={"PATH": os.environ["PATH"], "VAR": str(install)},
        stdin=subprocess.DEVNULL,
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writes)
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, "")
