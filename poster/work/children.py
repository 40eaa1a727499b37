"""Dangerous or memory-hungry work, done in a child process that takes its memory with it when it ends.

    run("app.pictures:inspect", {"path": ...}, timeout=30, memory_mb=1024) -> dict

The child is a fresh interpreter in a process group of its own, with limits on memory and processor time,
without our environment (it may hold keys), a little nicer than we are. It reads its payload as JSON from
standard input and answers with one JSON object on standard output; what libraries print goes to standard
error. It dies with us.

Nothing here may import Django: a child has to start fast.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import logging
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")
STDERR_KEPT = 2048
NICE = 5
OUT_OF_MEMORY = 71
PR_SET_PDEATHSIG = 1

Work = Callable[[dict[str, Any]], Mapping[str, Any]]


class ChildRefused(Exception):
    """The child did its work and says no. `sentence` is for people, `code` for the program; it may be empty."""

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Death(StrEnum):
    """What ended a child before it could answer."""

    TIME = "time"
    MEMORY = "memory"
    ERROR = "error"
    CRASH = "crash"
    KILLED = "killed"


SENTENCES = {
    Death.TIME: "It took longer than it may.",
    Death.MEMORY: "It needed more memory than it may use.",
    Death.ERROR: "It broke off with an error of ours; the log has the details.",
    Death.CRASH: "It crashed.",
    Death.KILLED: "Something outside ended it, most likely because the machine ran out of memory.",
}
# The system ends whoever passes a limit with these; any other signal is a crash of the code itself.
SIGNALS = {signal.SIGXCPU: Death.TIME, signal.SIGKILL: Death.KILLED, signal.SIGTERM: Death.KILLED}


class ChildDied(Exception):
    """The child gave no answer. `death` says why, `stderr` holds the last 2 kB of what it printed."""

    def __init__(self, sentence: str, *, death: Death, stderr: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.death = death
        self.stderr = stderr


def run(target: str, payload: Mapping[str, Any], *, timeout: float, memory_mb: int) -> dict[str, Any]:
    """Call `target` ("module:function") with `payload` in a child process and return its dict.

    `timeout` is in seconds of wall time. `memory_mb` limits the child's address space; libraries that map
    much and use little (numpy, onnxruntime) need a generous one. Payload and answer are what JSON can hold.
    Raises ChildRefused when the function raised it, and ChildDied for every other end.
    """
    with tempfile.TemporaryFile() as stderr, _start(target, memory_mb, timeout, stderr) as child:
        try:
            answer, _ = child.communicate(json.dumps(dict(payload)).encode(), timeout=timeout)
        except subprocess.TimeoutExpired:
            raise _died(target, Death.TIME, stderr) from None
        finally:
            _end(child)
        if child.returncode != 0:
            raise _died(target, _death(child.returncode), stderr)
    return _read(json.loads(answer))


def _start(target: str, memory_mb: int, timeout: float, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    limits = [str(memory_mb), str(math.ceil(timeout)), str(os.getpid())]
    return subprocess.Popen(  # noqa: S603 (our own interpreter, our own module)
        [sys.executable, "-P", "-m", "poster.work.children", target, *limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """What a child may know of ours: where things are, and nothing that could be a key."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    # Every malloc arena reserves 64 MB of address space, and address space is what we limit.
    return passed_on | {"PYTHONPATH": os.pathsep.join(filter(None, places)), "MALLOC_ARENA_MAX": "2"}


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _death(returncode: int) -> Death:
    if returncode < 0:
        return SIGNALS.get(signal.Signals(-returncode), Death.CRASH)
    return Death.MEMORY if returncode == OUT_OF_MEMORY else Death.ERROR


def _died(target: str, death: Death, stderr: IO[bytes]) -> ChildDied:
    size = stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, size - STDERR_KEPT))
    tail = stderr.read().decode(errors="replace")
    log.warning("Child %s died (%s): %s", target, death, tail)
    return ChildDied(SENTENCES[death], death=death, stderr=tail)


def _read(answer: dict[str, Any]) -> dict[str, Any]:
    if "refused" in answer:
        raise ChildRefused(answer["refused"], code=answer["code"])
    return cast(dict[str, Any], answer["result"])


def main(arguments: list[str]) -> int:
    """The child's side: `module:function memory_mb seconds parent_pid`."""
    target, (memory_mb, seconds, parent) = arguments[0], map(int, arguments[1:])
    _die_with(parent)
    _limit(memory_mb=memory_mb, seconds=seconds)
    answers = _own_stdout()
    try:
        answer = _answer(target, json.load(sys.stdin))
    except MemoryError:
        return OUT_OF_MEMORY
    with answers:
        json.dump(answer, answers)
    return 0


def _answer(target: str, payload: dict[str, Any]) -> dict[str, Any]:
    module, _, name = target.partition(":")
    work: Work = getattr(importlib.import_module(module), name)
    try:
        return {"result": dict(work(payload))}
    except ChildRefused as refusal:
        return {"refused": refusal.sentence, "code": refusal.code}


def _die_with(parent: int) -> None:
    """Have the kernel end us when our parent ends (Linux only; elsewhere the processor limit has to do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("The parent is gone.")


def _limit(*, memory_mb: int, seconds: int) -> None:
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
