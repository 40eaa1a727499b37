from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

import tests.facts
from poster.work import child_server, children
from poster.work.children import ChildDied, ChildRefused, Death, run

HERE = "tests.poster.child_work"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has what the server needs")


@pytest.fixture(scope="module")
def server() -> Iterator[bytes]:
    """A server of children, as `start` has one."""
    listening = child_server.opened()
    assert listening is not None
    pid = os.fork()
    if not pid:
        child_server.become(listening, [HERE])
    yield listening.getsockname()
    assert alive(pid), "the server lives, whatever became of its children"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    listening.close()


@pytest.fixture(autouse=True, params=["fresh", pytest.param("served", marks=ON_LINUX)])
def way(request: pytest.FixtureRequest, served_children: bytes) -> Iterator[str]:
    """Children come in two ways, and nobody can tell which."""
    children.use(request.getfixturevalue("server") if request.param == "served" else b"")
    yield request.param
    children.use(served_children)


def call(name: str, payload: dict[str, Any] | None = None, *, timeout: float = 20, memory_mb: int = 512) -> dict:
    return run(f"{HERE}:{name}", payload or {}, timeout=timeout, memory_mb=memory_mb)


def test_a_child_answers_with_what_the_function_returned():
    assert call("echo", {"ä": [1, None, "\n"]}) == {"ä": [1, None, "\n"]}


def test_a_refusal_comes_back_with_its_reason():
    with pytest.raises(ChildRefused) as refusal:
        call("refuse", {"sentence": "Nö, so nicht."})
    assert refusal.value.reason == tests.facts.Said(words="Nö, so nicht.")


def test_what_libraries_print_does_not_disturb_the_answer():
    assert call("chatter") == {"done": True}


@pytest.fixture
def ends_ignored() -> Iterator[None]:
    """Some shells and containers start programs so: the system takes notice of each end in our place."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGCHLD, before)


@pytest.mark.usefixtures("ends_ignored")
def test_a_child_answers_where_the_ends_of_children_are_ignored():
    assert call("echo", {"a": 1}) == {"a": 1}


@pytest.mark.usefixtures("ends_ignored")
def test_a_death_is_no_answer_where_the_ends_of_children_are_ignored():
    with pytest.raises(ChildDied):
        call("segfault")


def test_an_error_nobody_expected_is_a_death_with_the_end_of_its_traceback():
    with pytest.raises(ChildDied) as death:
        call("stumble", {"words": "x" * 9000})
    assert death.value.death is Death.ERROR
    assert "IndexError" in death.value.stderr
    assert len(death.value.stderr.encode()) <= 2048


def test_a_crash_in_native_code_is_a_death_and_not_ours():
    with pytest.raises(ChildDied) as death:
        call("segfault")
    assert death.value.death is Death.CRASH


def test_memory_beyond_the_limit_is_refused_to_the_child():
    assert call("take_memory", {"megabytes": 100}) == {"megabytes": 100}
    with pytest.raises(ChildDied) as death:
        call("take_memory", {"megabytes": 800})
    assert death.value.death is Death.MEMORY


def test_a_child_that_takes_too_long_is_ended_with_all_its_own_children(tmp_path: Path):
    notes = tmp_path / "pids"
    with pytest.raises(ChildDied) as death:
        call("linger_with_company", {"notes": str(notes)}, timeout=3)
    assert death.value.death is Death.TIME
    pids = [int(pid) for pid in notes.read_text().split()]
    assert len(pids) == 2
    eventually(lambda: not any(alive(pid) for pid in pids))


def test_a_child_killed_from_outside_says_so():
    with pytest.raises(ChildDied) as death:
        call("kill_yourself", {"signal": signal.SIGKILL})
    assert death.value.death is Death.KILLED


def test_a_child_is_not_told_our_secrets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "the crown jewels")
    monkeypatch.setenv("LANG", "C.UTF-8")
    told = call("environment")["names"]
    assert "SECRET_KEY" not in told
    assert {"LANG", "PYTHONPATH"} <= set(told)


def test_a_child_finds_our_code_from_any_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "poster.py").write_text("raise SystemExit('somebody else')")
    monkeypatch.chdir(tmp_path)
    assert call("echo", {"here": 1}) == {"here": 1}


def test_a_child_is_limited_nicer_and_leaves_no_core_behind():
    found = call("limits", memory_mb=700, timeout=9)
    assert found["memory"] == 700 * 1024 * 1024
    assert found["cpu"] == 18
    assert found["core"] == 0
    assert found["nice"] > os.nice(0)


def test_a_child_starts_without_django():
    assert call("modules")["django"] is False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path, way: str, request: pytest.FixtureRequest):
    notes = tmp_path / "pids"
    payload = json.dumps({"notes": str(notes)})
    name = request.getfixturevalue("server") if way == "served" else b""
    code = (
        f"import json, sys; from poster.work.children import run, use; use({name!r});"
        f"run('{HERE}:linger', json.loads(sys.argv[1]), timeout=60, memory_mb=512)"
    )
    with subprocess.Popen([sys.executable, "-c", code, payload]) as parent:
        (pid,) = eventually(lambda: [int(pid) for pid in read(notes).split()])
        parent.kill()
    eventually(lambda: not alive(pid))


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(question: Any) -> Any:
    for _ in range(400):
        if answer := question():
            return answer
        time.sleep(0.05)
    return pytest.fail("it never came true")


def test_what_a_child_leaves_running_ends_with_it(tmp_path: Path):
    notes = tmp_path / "pids"
    call("leave_company", {"notes": str(notes)})
    eventually(lambda: not alive(int(read(notes))))


def test_one_child_does_not_hold_up_another(tmp_path: Path):
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(call, "linger", {"notes": str(tmp_path / "pid")}, timeout=4)
        eventually(lambda: read(tmp_path / "pid"))
        assert call("echo", {"here": 1}) == {"here": 1}
        with pytest.raises(ChildDied):
            slow.result()


def test_no_child_knows_of_another(tmp_path: Path):
    assert call("remember")["before"] == []
    assert call("remember")["before"] == []


@ON_LINUX
def test_without_its_server_a_child_comes_from_an_interpreter_of_its_own(way: str):
    children.use(b"\0nobody listens here")
    assert call("echo", {"here": 1}) == {"here": 1}


@ON_LINUX
def test_a_server_that_goes_away_meanwhile_is_done_without(tmp_path: Path, way: str):
    listening = child_server.opened()
    assert listening is not None
    pid = os.fork()
    if not pid:
        child_server.become(listening, [HERE])
    children.use(listening.getsockname())
    call("echo")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    listening.close()
    assert call("echo", {"here": 1}) == {"here": 1}


@ON_LINUX
def test_nothing_of_ours_is_in_the_memory_of_the_server(monkeypatch: pytest.MonkeyPatch, server: bytes, way: str):
    """Executed, not forked: its environment, as the system shows it, has no key, and no file of ours is open in it."""
    monkeypatch.setenv("SECRET_KEY", "the crown jewels")
    children.use(server)
    told = call("parent")
    assert "SECRET_KEY" not in told["environment"]
    assert not [name for name in told["open"] if "sqlite" in name or "keys" in name]
