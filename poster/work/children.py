"""Dangerous or memory-hungry work, done in a child process that takes its memory with it when it ends.

    run("app.pictures:inspect", {"path": ...}, timeout=30, memory_mb=1024) -> dict

The child comes from a clean interpreter and has a process group of its own, with limits on memory and processor
time, without our environment (it may hold keys), a little nicer than we are; what libraries print goes to a file. It
dies with us. The interpreter is a fresh one, which reads its payload as JSON from standard input and answers with one
JSON object on standard output; or, where `use` was told of one, the fork of a server that has loaded the libraries
already (`child_server`).

Nothing here may import Django: a child has to start fast.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import importlib
import json
import logging
import math
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

from poster.reasons import Reason, Unknown

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")
STDERR_KEPT = 2048
LONGEST_PAUSE = 0.02  # seconds between two looks whether a child has ended
NICE = 5
OUT_OF_MEMORY = 71
PR_SET_PDEATHSIG = 1

Work = Callable[[dict[str, Any]], Mapping[str, Any]]


class ChildRefused(Exception):
    """The child did its work and says no, with a reason. `code`: one word more for the program; it may be empty."""

    def __init__(self, reason: Reason, *, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return str(self.reason)


class Death(StrEnum):
    """What ended a child before it could answer."""

    TIME = "time"
    MEMORY = "memory"
    ERROR = "error"
    CRASH = "crash"
    KILLED = "killed"


# The system ends whoever passes a limit with these; any other signal is a crash of the code itself.
SIGNALS = {signal.SIGXCPU: Death.TIME, signal.SIGKILL: Death.KILLED, signal.SIGTERM: Death.KILLED}


class ChildDied(Exception):
    """The child gave no answer. `death` says why, `stderr` holds the last 2 kB of what it printed."""

    def __init__(self, death: Death, *, stderr: str = "") -> None:
        super().__init__(death)
        self.death = death
        self.stderr = stderr


_server: str | bytes = b""


def use(name: str | bytes) -> None:
    """From now on children of this process, and of those forked from it, come from the server of this name."""
    global _server
    _server = name


def run(target: str, payload: Mapping[str, Any], *, timeout: float, memory_mb: int) -> dict[str, Any]:
    """Call `target` ("module:function") with `payload` in a child process and return its dict.

    `timeout` is in seconds of wall time. `memory_mb` limits the child's address space; libraries that map
    much and use little (numpy, onnxruntime) need a generous one. Payload and answer are what JSON can hold.
    Raises ChildRefused when the function raised it, and ChildDied for every other end.
    """
    with tempfile.TemporaryFile() as stderr:
        wish = {"target": target, "payload": dict(payload), "memory_mb": memory_mb, "seconds": math.ceil(timeout)}
        try:
            with contextlib.suppress(ConnectionError):  # the server was not there, or went away before it said anything
                if _server:
                    return _read(_ended(_asked(_server, wish, timeout, stderr)))
            return _read(_ended(_fresh(wish, timeout, stderr)))
        except _End as end:
            raise _died(target, end.death, stderr) from None


class _End(Exception):
    """It ended without an answer."""

    def __init__(self, death: Death) -> None:
        super().__init__(death)
        self.death = death


def _ended(told: tuple[int, bytes]) -> dict[str, Any]:
    """What it answered; raises _End where its code says that it did not."""
    code, answer = told
    if code != 0 or not answer:  # where SIGCHLD is ignored, nobody knows the code
        raise _End(_death(code))
    return cast(dict[str, Any], json.loads(answer))


def _asked(server: str | bytes, wish: dict[str, Any], timeout: float, stderr: IO[bytes]) -> tuple[int, bytes]:
    """From the server: how the child ended, and its answer. Whoever hangs up ends the child."""
    until = time.monotonic() + timeout
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(server)
        socket.send_fds(line, [b" "], [stderr.fileno()])
        line.sendall(json.dumps(wish).encode() + b"\n")
        told = b""
        while not (told.endswith(b"\n") and told.splitlines()[-1].startswith(b'{"ended"')):
            line.settimeout(max(until - time.monotonic(), 0.001))
            try:
                piece = line.recv(65536)
            except TimeoutError:
                raise _End(Death.TIME) from None
            if not piece:
                raise ConnectionError("The server of children ended.")
            told += piece
    *answers, end = told.splitlines()
    return json.loads(end)["ended"], b"".join(answers)


def _fresh(wish: dict[str, Any], timeout: float, stderr: IO[bytes]) -> tuple[int, bytes]:
    """From an interpreter of its own: how the child ended, and its answer.

    What it has left running is ended before anybody takes notice of its end: until then the system gives its number to
    no other process, afterwards the group of that number may be a stranger's.
    """
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answers:
        asked.write(json.dumps(wish["payload"]).encode())
        asked.seek(0)
        child = _start(wish["target"], wish["memory_mb"], timeout, (asked, answers, stderr))
        try:
            _await(child, timeout)
        finally:
            if child.returncode is None:
                kill(child.pid)
            code = child.wait()
        answers.seek(0)
        return code, answers.read()


def _await(child: subprocess.Popen[bytes], timeout: float) -> None:
    """Until it has ended, without taking notice of it. Raises _End when that takes too long."""
    until, pause = time.monotonic() + timeout, 0.001
    while not _has_ended(child):
        if time.monotonic() > until:
            raise _End(Death.TIME)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """macOS before Python 3.13 has no `waitid`; and where whoever started us ignores SIGCHLD, the system takes notice
    in our place. In both cases what it has left running stays."""
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return child.poll() is not None


def _start(
    target: str, memory_mb: int, timeout: float, files: tuple[IO[bytes], IO[bytes], IO[bytes]]
) -> subprocess.Popen[bytes]:
    asked, answers, stderr = files
    limits = [str(memory_mb), str(math.ceil(timeout)), str(os.getpid())]
    return subprocess.Popen(  # noqa: S603 (our own interpreter, our own module)
        [sys.executable, "-P", "-m", "poster.work.children", target, *limits],
        stdin=asked,
        stdout=answers,
        stderr=stderr,
        env=environment(),
        start_new_session=True,
    )


def environment() -> dict[str, str]:
    """What a child, or what it comes from, may know of ours: where things are, and nothing that could be a key."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    # Every malloc arena reserves 64 MB of address space, and address space is what we limit.
    return passed_on | {"PYTHONPATH": os.pathsep.join(filter(None, places)), "MALLOC_ARENA_MAX": "2"}


def kill(pid: int) -> None:
    """A child, and all that it has started; also one that has no group of its own yet."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            end(pid, signal.SIGKILL)


def _death(returncode: int) -> Death:
    if returncode < 0:
        return SIGNALS.get(signal.Signals(-returncode), Death.CRASH)
    return Death.MEMORY if returncode == OUT_OF_MEMORY else Death.ERROR


def _died(target: str, death: Death, stderr: IO[bytes]) -> ChildDied:
    size = stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, size - STDERR_KEPT))
    tail = stderr.read().decode(errors="replace")
    log.warning("Child %s died (%s): %s", target, death, tail)
    return ChildDied(death, stderr=tail)


def _read(answer: dict[str, Any]) -> dict[str, Any]:
    if "refused" in answer:
        from poster.reasons.known import load  # it knows all apps, and we are among the first things that are loaded

        raise ChildRefused(load(*answer["refused"]) or Unknown(given_code=""), code=answer["code"])
    return cast(dict[str, Any], answer["result"])


def is_of_memory(error: Exception) -> bool:
    """A file that is mapped into memory needs room there as well."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)


def main(arguments: list[str]) -> int:
    """The child's side: `module:function memory_mb seconds parent_pid`."""
    target, (memory_mb, seconds, parent) = arguments[0], map(int, arguments[1:])
    die_with(parent)
    limit(memory_mb=memory_mb, seconds=seconds)
    answers = _own_stdout()
    try:
        told = answer(target, json.load(sys.stdin))
    except (MemoryError, OSError) as error:
        if is_of_memory(error):
            return OUT_OF_MEMORY
        raise
    with answers:
        json.dump(told, answers)
    return 0


def answer(target: str, payload: dict[str, Any]) -> dict[str, Any]:
    module, _, name = target.partition(":")
    work: Work = getattr(importlib.import_module(module), name)
    try:
        return {"result": dict(work(payload))}
    except ChildRefused as refusal:
        return {"refused": [refusal.reason.code, refusal.reason.params()], "code": refusal.code}


def die_with(parent: int) -> None:
    """Have the kernel end us when our parent ends (Linux only; elsewhere the processor limit has to do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("The parent is gone.")


def limit(*, memory_mb: int, seconds: int) -> None:
    os.nice(NICE)
    _lower(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    # Threads add up, so twice the wall time; it only matters where the parent cannot stop us any more.
    _lower(resource.RLIMIT_CPU, 2 * seconds)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    with contextlib.suppress(OSError, ValueError):  # a system that does not know this limit
        resource.setrlimit(what, (most, hard))


def _own_stdout() -> IO[str]:
    """Keep standard output for the answer alone; what libraries print there goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    # This file runs as `__main__`; the work raises the ChildRefused of `poster.work.children`.
    from poster.work import children

    sys.exit(children.main(sys.argv[1:]))
