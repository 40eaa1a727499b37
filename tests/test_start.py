"""One command, real processes: comes up, posts, ends cleanly, survives being killed, and posts nothing twice."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests import pictures
from tests.started import PATIENCE, ROOT, Install, installed, processes_of, until

pytestmark = pytest.mark.slow


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    with installed(tmp_path / "var") as made:
        yield made


def titled(run: subprocess.Popen[str], words: str) -> psutil.Process | None:
    """The first process under `run` whose title contains these words."""
    for process in processes_of(run):
        try:
            if words in " ".join(process.cmdline()):
                return process
        except psutil.Error:
            continue
    return None


def all_gone(family: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family)


def answers(install: Install) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{install.port}/", timeout=5).status_code < 500
    except requests.RequestException:
        return False


def keys_of(posts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What makes a post the same post: where it is, and the words."""
    return sorted((post["platform"], post["account_id"], post["text"]) for post in posts)


def test_from_nothing_to_posts_and_again_without_doubles(install: Install) -> None:
    run = install.start()
    assert answers(install)
    assert install.told().count("shown only this once") == 1
    until(lambda: {post["platform"] for post in install.feed()} == {"facebook", "instagram", "threads"})
    pictures.saved(install.var / "inbox" / "bread.jpg", pictures.four_corners(500, 500))
    until(lambda: "Found bread.jpg in Inbox." in install.told())
    accounts = len({(post["platform"], post["account_id"]) for post in install.feed()})
    until(lambda: len(install.feed()) == 13 * accounts)
    family = processes_of(run)
    assert install.end(run) == 0
    assert all_gone(family)

    again = install.start()
    time.sleep(15)  # three looks of every watch: enough to do something wrong
    posts = keys_of(install.feed())
    assert len(posts) == len(set(posts)) == 13 * accounts
    assert install.told().count("shown only this once") == 1
    assert install.end(again, signal.SIGTERM) == 0


def test_killed_at_once_and_started_again_it_goes_on_and_doubles_nothing(install: Install) -> None:
    run = install.start()
    seen = len(until(install.feed))
    family = processes_of(run)
    run.kill()
    run.wait()
    until(lambda: all_gone(family))
    run = install.start()
    until(lambda: len(install.feed()) >= seen + 12)
    posts = keys_of(install.feed())
    assert len(posts) == len(set(posts))
    assert install.end(run) == 0


def another(run: subprocess.Popen[str], words: str, pid: int) -> bool:
    new = titled(run, words)
    return new is not None and new.pid != pid


def test_parts_that_die_are_started_again(install: Install) -> None:
    run = install.start()
    for words in ("ai-poster web", "-m sandbox"):
        victim = until(partial(titled, run, words))
        victim.kill()
        until(partial(another, run, words, victim.pid))
        until(lambda: answers(install))
    assert "started again" in install.told()
    assert install.end(run) == 0


def test_a_killed_idle_worker_does_not_stop_the_work(install: Install) -> None:
    run = install.start()
    until(install.feed)
    for worker in [one for one in processes_of(run) if " ".join(one.cmdline()).endswith(" idle")]:
        worker.kill()
    pictures.saved(install.var / "inbox" / "bread.jpg", pictures.four_corners(500, 500))
    until(lambda: "Found bread.jpg in Inbox." in install.told())
    assert install.end(run) == 0


def test_a_second_start_on_the_same_data_is_refused(install: Install) -> None:
    run = install.start()
    second = install.ask("start")
    assert second.returncode == 1
    assert "runs already" in second.stderr
    assert str(run.pid) in second.stderr
    assert install.end(run) == 0


@pytest.mark.parametrize("only", [(), ("--only", "web")])
def test_a_database_of_another_version_is_left_alone(install: Install, only: tuple[str, ...]) -> None:
    assert install.ask("migrate", "-v0").returncode == 0
    with sqlite3.connect(install.var / "poster.sqlite3") as database:
        values = ("watches", "0099_of_tomorrow", "2026-11-30")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", values)
    before = tables(install)
    refused = install.ask("start", *only)
    assert refused.returncode == 1
    assert "watches.0099_of_tomorrow" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert tables(install) == before


def tables(install: Install) -> list[tuple[str, str]]:
    with sqlite3.connect(install.var / "poster.sqlite3") as database:
        return list(database.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))


def test_in_practice_a_port_that_is_taken_is_stepped_over_and_told(install: Install) -> None:
    with socket.create_server(("127.0.0.1", install.port)):
        run = install.start()
        assert f"Port {install.port} is used by another program" in install.told()
        assert install.end(run) == 0


def test_with_real_accounts_a_port_that_is_taken_ends_it_with_a_sentence(install: Install) -> None:
    with socket.create_server(("127.0.0.1", install.port)):
        ended = subprocess.run(
            [sys.executable, "manage.py", "start"],
            cwd=ROOT,
            env=install.environment(FACEBOOK_APP_ID="1", FACEBOOK_APP_SECRET="2"),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert ended.returncode == 1
    assert f"Port {install.port} is used" in ended.stderr


def test_with_something_real_there_is_no_sandbox(install: Install) -> None:
    run = install.start(OPENAI_API_KEY="sk-not-a-key")
    assert titled(run, "-m sandbox") is None
    assert "practice" not in install.told()
    assert install.end(run) == 0


def test_parts_run_alone(install: Install) -> None:
    refused = install.ask("start", "--only", "web")
    assert (refused.returncode, "migrate" in refused.stderr) == (1, True)
    assert install.ask("migrate", "--verbosity", "0").returncode == 0
    web = install.start("--only", "web")
    work = install.start("--only", "work")
    assert answers(install)
    assert titled(web, "qcluster") is None
    assert titled(work, "ai-poster web") is None
    for run in (web, work):
        family = processes_of(run)
        assert install.end(run) == 0
        assert all_gone(family)


def test_a_second_order_ends_it_at_once(install: Install) -> None:
    run = install.start()
    family = processes_of(run)
    queue = until(lambda: titled(run, "ai-poster queue"))
    queue.suspend()  # it does not hear the first order
    run.send_signal(signal.SIGINT)
    until(lambda: "Ending" in install.told())
    run.send_signal(signal.SIGINT)
    assert run.wait(PATIENCE) == 0
    assert all_gone(family)
