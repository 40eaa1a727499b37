"""`manage.py start` as somebody starts it, in real processes, with a data folder of its own; and their end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psutil
import requests

from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0  # seconds until a thing that has to happen is given up
T = TypeVar("T")


def until(happens: Callable[[], T], *, every: float = 0.2) -> T:
    """What `happens` returns as soon as that is something. `every`: seconds between two looks."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if told := happens():
            return told
        time.sleep(every)
    raise AssertionError(f"It did not happen within {PATIENCE:.0f} seconds.")


@dataclass
class Install:
    """A data folder, two ports, and the runs of `start` on them."""

    var: Path
    program: tuple[str, ...] = ("manage.py",)
    port: int = field(default_factory=partial(free_port, 2))  # the sandbox takes the next one
    runs: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"VAR": str(self.var), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"} | more

    def start(self, *words: str, ready: str = "Ctrl-C ends", **more: str) -> subprocess.Popen[str]:
        """Start it and wait until it says that it runs."""
        with self.out.open("a") as out:
            run = subprocess.Popen(
                [sys.executable, *self.program, "start", *words],
                cwd=ROOT,
                env=self.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                text=True,
                start_new_session=True,
            )
        self.runs.append(run)
        before = self.told().count(ready)
        until(lambda: run.poll() is not None or self.told().count(ready) > before)
        assert run.poll() is None, self.told()
        return run

    @property
    def out(self) -> Path:
        return self.var.parent / "out.txt"

    def told(self) -> str:
        return self.out.read_text() if self.out.exists() else ""

    def end(self, run: subprocess.Popen[str], order: signal.Signals = signal.SIGINT) -> int:
        """Give an order and wait for the end."""
        run.send_signal(order)
        return run.wait(PATIENCE)

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *self.program, *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def feed(self) -> list[dict[str, Any]]:
        """What followers see."""
        answer = requests.get(f"http://127.0.0.1:{self.port + 1}/_sandbox/feed", timeout=10)
        return list(answer.json()["data"])


@contextmanager
def installed(var: Path, program: tuple[str, ...] = ("manage.py",)) -> Iterator[Install]:
    """Whatever it has started ends with this."""
    made = Install(var, program)
    try:
        yield made
    finally:
        for run in made.runs:
            family = processes_of(run)
            run.kill()
            run.wait()
            for process in family:
                if process.is_running():
                    process.kill()


def processes_of(run: subprocess.Popen[str]) -> list[psutil.Process]:
    """A run and everything under it."""
    if run.poll() is not None:
        return []
    top = psutil.Process(run.pid)
    return [top, *top.children(recursive=True)]
