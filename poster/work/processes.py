"""Processes of ours: in groups that can be ended whole, that die when we die, one set per install."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import psutil

from poster.config import files

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
# glibc's malloc.h: its own first limits, which it would raise by itself as soon as something large was given back.
GIVEN_BACK = {"MALLOC_TRIM_THRESHOLD_": (-1, 128 * 1024), "MALLOC_MMAP_THRESHOLD_": (-3, 128 * 1024)}
GIVEN_BACK |= {"MALLOC_ARENA_MAX": (-8, 2)}  # each thread would keep memory of its own
ORDERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_parent = 0


class Taken(Exception):
    """Somebody else holds the lock; `str(error)` is their process id."""


def tie_children() -> None:
    """From now on, every process forked from here, and from those, ends when the one that forked it ends.

    Linux only; elsewhere `end_leftovers` finds them at the next start.
    """
    if sys.platform == "linux":
        os.register_at_fork(before=_remember, after_in_child=_die_with_parent)


def give_memory_back() -> None:
    """What a picture took goes back to the system at once, here and in whatever is forked from here (glibc only)."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        for limit in GIVEN_BACK.values():
            mallopt(*limit)


def _remember() -> None:
    global _parent
    _parent = os.getpid()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != _parent:
        os._exit(1)  # it ended before we could ask


def fork(run: Callable[[], object], *, output: Path | None = None) -> int:
    """Run `run` in a child with a process group of its own; what it prints goes to the file `output`. Its pid.

    The caller has one thread and no open database connection.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _settle_down(output)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        log.exception("It ended with an error")
    finally:
        logging.shutdown()
        os._exit(code)


def _settle_down(output: Path | None) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for order in (*ORDERS, signal.SIGCHLD):
        signal.signal(order, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    if output:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)


def tell(pid: int, order: signal.Signals) -> None:
    """Send a signal to one process, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, order)


def tell_group(pid: int, order: signal.Signals) -> None:
    """Send a signal to everybody in the group that this process leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses where only the dead are left
        os.killpg(pid, order)


def kill_group(pid: int) -> None:
    """End everything in the group that this process leads."""
    tell_group(pid, signal.SIGKILL)


def gone(pid: int) -> bool:
    """Whether this child of ours has ended. Then the rest of its group is ended too, and no zombie stays.

    In this order: as long as nobody has taken notice of its end, the system gives its number to nobody else. Afterwards
    the group of that number may be a stranger's.
    """
    try:
        if not _has_ended(pid):
            return False
        kill_group(pid)
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass  # somebody has taken notice already
    return True


def _has_ended(pid: int) -> bool:
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return _began(pid) is None  # macOS before Python 3.13


class Lock:
    """Held by one process at a time; the system lets go of it when that process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1

    def take(self) -> None:
        """Raises Taken. A record lock belongs to the process: children do not inherit it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(file, 20).decode()
            os.close(file)
            raise Taken(holder) from error
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file

    def let_go(self) -> None:
        """Somebody else may have it."""
        os.close(self._file)


def note(path: Path, pids: list[int]) -> None:
    """Write down which processes are ours, with the moment at which each began: a pid alone may be reused."""
    began = {pid: moment for pid in pids if (moment := _began(pid))}
    files.replace(path, json.dumps(began))


def end_leftovers(path: Path) -> int:
    """End the groups that an earlier run noted and did not live to end. Returns how many."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    ours = [int(pid) for pid, moment in noted.items() if _began(int(pid)) == moment]
    for pid in ours:
        kill_group(pid)
    _wait_for_end(ours)
    path.unlink(missing_ok=True)
    return len(ours)


def _began(pid: int) -> float | None:
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def _wait_for_end(pids: list[int], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(_began(pid) for pid in pids):
        time.sleep(0.05)


class Orders:
    """Ctrl-C and its like, counted; and a wait that they interrupt."""

    def __init__(self) -> None:
        self.count = 0
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for order in ORDERS:
            if signal.getsignal(order) is not signal.SIG_IGN or order is not signal.SIGHUP:
                signal.signal(order, self._take)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to be woken

    def _take(self, _order: int, _frame: FrameType | None) -> None:
        self.count += 1

    def wait(self, seconds: float, *others: int) -> bool:
        """Until an order comes, a child ends, the time is over, or one of `others` (descriptors) can be read.

        Whether an order came, or a child ended.
        """
        ready, _, _ = select.select([self._read, *others], [], [], seconds)
        if self._read not in ready:
            return False
        os.read(self._read, 1024)
        return True
