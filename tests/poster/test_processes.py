"""Groups that end whole, children that die with us, one holder of a lock, leftovers that are really ours."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from poster.work import processes

PATIENCE = 30.0


def until(happens: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.05)


def program(text: str, *words: str) -> subprocess.Popen[str]:
    """A program of its own, because forking and signals belong to a process with one thread."""
    lines = (
        "import os, sys, time, signal\nfrom pathlib import Path\nfrom poster.work import processes\n"
        + textwrap.dedent(text)
    )
    return subprocess.Popen([sys.executable, "-c", lines, *words], stdout=subprocess.PIPE, text=True)


def first_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_lock_is_held_by_one_and_goes_with_its_holder(tmp_path: Path) -> None:
    holder = program(
        """
        lock = processes.Lock(Path(sys.argv[1]))
        lock.take()
        print("held", flush=True)
        time.sleep(600)
        """,
        str(tmp_path / "run" / "a.lock"),
    )
    assert first_line(holder) == "held"
    with pytest.raises(processes.Taken, match=str(holder.pid)):
        processes.Lock(tmp_path / "run" / "a.lock").take()
    holder.kill()
    holder.communicate()
    again = processes.Lock(tmp_path / "run" / "a.lock")
    again.take()
    again.let_go()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does this")
def test_children_and_grandchildren_die_with_whoever_forked_them() -> None:
    top = program(
        """
        processes.tie_children()

        def child():
            print(os.getpid(), processes.fork(lambda: time.sleep(600)), flush=True)
            time.sleep(600)

        processes.fork(child)
        time.sleep(600)
        """
    )
    pids = [int(word) for word in first_line(top).split()]
    assert all(map(lives, pids))
    top.kill()
    until(lambda: not any(map(lives, pids)))
    top.communicate()


def test_a_fork_has_its_own_group_and_writes_where_it_is_told(tmp_path: Path) -> None:
    output = tmp_path / "out.log"
    running = program(
        """
        def child():
            print("group", os.getpgid(0) == os.getpid())
            print("oh", file=sys.stderr)
            sys.exit(3)

        pid = processes.fork(child, output=Path(sys.argv[1]))
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
        """,
        str(output),
    )
    assert first_line(running) == "3"
    running.communicate()
    assert sorted(output.read_text().split("\n")) == ["", "group True", "oh"]


def test_an_error_in_a_fork_is_an_exit_code_and_never_reaches_the_code_around_it() -> None:
    running = program(
        """
        try:
            pid = processes.fork(lambda: 1 / 0)
        except ZeroDivisionError:
            print("leaked", flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
        """
    )
    assert first_line(running) == "1"
    running.communicate()


def test_leftovers_of_an_earlier_run_are_ended_with_their_group(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    note = tmp_path / "all.json"
    processes.note(note, [left.pid])
    assert processes.end_leftovers(note) == 1
    assert left.wait(PATIENCE) == -signal.SIGKILL
    assert not note.exists()


def test_a_stranger_who_got_the_same_process_id_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    note = tmp_path / "all.json"
    note.write_text(json.dumps({str(stranger.pid): psutil.Process(stranger.pid).create_time() - 1000}))
    assert processes.end_leftovers(note) == 0
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("content", ["", "not json", "{}"])
def test_a_note_that_says_nothing_ends_nobody(tmp_path: Path, content: str) -> None:
    note = tmp_path / "all.json"
    note.write_text(content)
    assert processes.end_leftovers(note) == 0
    assert processes.end_leftovers(tmp_path / "none.json") == 0


def test_orders_are_counted_and_end_the_waiting() -> None:
    running = program(
        """
        orders = processes.Orders()
        print("ready", flush=True)
        for count in (1, 2):
            while orders.count < count:
                orders.wait(60)
            print(count, flush=True)
        """
    )
    assert first_line(running) == "ready"
    for count, order in enumerate([signal.SIGTERM, signal.SIGINT], start=1):
        os.kill(running.pid, order)
        assert first_line(running) == str(count)
    assert running.wait(PATIENCE) == 0
    running.communicate()


def test_something_else_may_end_the_waiting_and_is_no_order() -> None:
    running = program(
        """
        orders = processes.Orders()
        read, write = os.pipe()
        os.write(write, b".")
        print(orders.wait(60, read), orders.count, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
        print(orders.wait(60), orders.count, flush=True)
        """
    )
    assert first_line(running) == "False 0"
    assert first_line(running) == "True 1"
    assert running.wait(PATIENCE) == 0
    running.communicate()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
@pytest.mark.parametrize("told", [True, False])
def test_what_is_large_goes_back_to_the_system(*, told: bool) -> None:
    """Once something large was given back, glibc by itself keeps what is smaller than that."""
    running = program(
        f"""
        def held():
            return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
        if {told}:
            processes.give_memory_back()
        bytearray(20 * 2**20)
        before = held()
        pictures = [bytearray(b"x") * 2**20 for _ in range(30)]
        del pictures
        print(held() - before < 15)
        """
    )
    assert running.communicate()[0].strip() == str(told)


def test_the_rest_of_a_group_is_ended_before_notice_is_taken_of_its_leader() -> None:
    """Until then its number is nobody else's; afterwards the group of that number may be a stranger's."""
    running = program(
        """
        reading, writing = os.pipe()

        def leader():
            pid = os.fork()
            if pid == 0:
                time.sleep(60)
            os.write(writing, str(pid).encode())

        pid = processes.fork(leader)
        print(os.read(reading, 20).decode(), flush=True)
        while not processes.gone(pid):
            time.sleep(0.01)
        print("again", processes.gone(pid), flush=True)
        """
    )
    left = int(first_line(running))
    assert first_line(running) == "again True"
    running.communicate()
    until(lambda: not lives(left))
