"""Installs in processes of their own, each with a sandbox and a web part beside it, for tests that kill them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port
from tests.sandbox_fixture import Box

ROOT = Path(__file__).resolve().parents[2]
READY = 30.0  # seconds
KEPT = ("PATH", "LANG", "VIRTUAL_ENV")
WEB = (
    "import os, sys; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'poster.settings')\n"
    "import django; django.setup()\n"
    "from operations import listeners, parts\n"
    "parts.web(listeners.listen('127.0.0.1', int(sys.argv[1]), move=False))"
)


@dataclass
class Lane:
    """One install at `home`. Its sandbox lives on whatever is killed."""

    home: Path
    box: Box
    port: int
    settings: dict[str, str]
    logins: dict[str, Any] = field(default_factory=dict)

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def inbox(self) -> Path:
        return self.var / "inbox"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine's, and nothing of the test run's."""
        return {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "HOME": str(self.home),
            "VAR": str(self.var),
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "REMOTE_ROOT": self.box.root,
            "OPENAI_API_KEY": "sk-practice-0123456789abcdef",
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    def log(self) -> str:
        """The last of what its processes said."""
        return (self.home / "log").read_text(errors="replace")[-3000:]

    def run(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """A process of this install, in a group of its own."""
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def told(self, *command: str) -> str:
        """What a command of this install says on standard output."""
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def start_web(self) -> subprocess.Popen[bytes]:
        """The part that hands out pictures; answers when this returns."""
        web = self.run("-c", WEB, str(self.port))
        wait_for(f"http://127.0.0.1:{self.port}/picture-nobody-has/")
        return web

    def keep(self) -> None:
        """Remember how the install is now."""
        shutil.rmtree(self.home / "kept", ignore_errors=True)
        shutil.copytree(self.var, self.home / "kept")

    def restore(self) -> None:
        """As it was when it was kept. Nobody has its database open."""
        shutil.rmtree(self.var)
        shutil.copytree(self.home / "kept", self.var)


def kill(process: subprocess.Popen[Any]) -> None:
    """The whole group, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in filter(None, (process.stdin, process.stdout)):
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


def wait_for(address: str) -> None:
    until = time.monotonic() + READY
    while time.monotonic() < until:
        try:
            requests.get(address, timeout=2)
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{address} does not answer")


def wait_until(port: int) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + READY
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nobody listens at port {port}")


@contextmanager
def lane(home: Path, *, seed: int = 1, **settings: str) -> Iterator[Lane]:
    """An empty install beside a running sandbox with people in it. `settings` go into its environment."""
    with ExitStack() as stack:
        home.mkdir(parents=True, exist_ok=True)
        sandbox = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0", "--seed", str(seed)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        stack.callback(kill, sandbox)
        assert sandbox.stdout is not None
        box = Box(json.loads(sandbox.stdout.readline())["url"], None)
        made = Lane(home, box, free_port(), settings)
        made.inbox.mkdir(parents=True, exist_ok=True)
        box.settings(processing_seconds=1)
        made.logins = box.person()
        yield made


@dataclass
class Cutter:
    """The forking runner of a lane; see tests.whole.cutting."""

    process: subprocess.Popen[str]

    def order(self, **order: Any) -> dict[str, Any]:
        """Carry this out; raises AssertionError with what went wrong inside."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(order)}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert not answer["error"], answer["error"]
        return dict(answer)


@contextmanager
def cutter(made: Lane, watches: list[dict[str, Any]] | None = None) -> Iterator[Cutter]:
    """The install is prepared, with these watches or with one on its inbox, and kept."""
    usual = [{"name": "Inbox", "place": str(made.inbox), "captioner": "openai"}]
    with (made.home / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.whole.cutting"],
            cwd=ROOT,
            env=made.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            cutting = Cutter(process)
            cutting.order(do="prepare", logins=made.logins, watches=watches or usual)
            made.keep()
            yield cutting
        finally:
            kill(process)
