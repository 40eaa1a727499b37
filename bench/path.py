"""The main job with the real `start` in an empty folder: how long until a post is out, and how much memory it takes."""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests
from PIL import Image

from tests.ports import free_port
from tests.started import ROOT, until

OFTEN = 0.05  # seconds between two looks
NAMES = ("harbour", "meadow", "lantern", "orchard", "glacier")  # each comes back in its caption
QUIET = 60.0  # seconds without work before memory is measured
PLATFORMS = 3


@dataclass
class Running:
    """One `manage.py start`."""

    process: subprocess.Popen[bytes]
    output: Path
    port: int
    began: float = field(default_factory=time.monotonic)

    @property
    def feeds(self) -> str:
        """The sandbox's address; "" until it is told."""
        found = re.search(r"Feeds +(\S+)/feed/", self.output.read_text())
        return found[1] if found else ""

    def posts(self, word: str = "") -> int:
        """How many posts with this word followers see."""
        shown = requests.get(f"{self.feeds}/_sandbox/feed", timeout=10).json()["data"]
        return sum(word in post["text"].lower() for post in shown)

    def tree(self) -> list[psutil.Process]:
        """All of its processes."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


@contextmanager
def started(home: Path) -> Iterator[Running]:
    """`manage.py start` with the data in `home`; ended as Ctrl-C ends it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    port = free_port(2)  # the sandbox takes the next one
    output = home / f"output-{port}"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=ROOT,
            env={**kept, "VAR": str(home / "var"), "PORT": str(port)},
            stdout=file,
            stderr=file,
        )
    running = Running(process, output, port)
    try:
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def measure() -> dict[str, str]:
    """All figures, by what they are."""
    figures: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="ai-poster-bench-") as folder:
        home = Path(folder)
        with started(home) as running:
            figures["first start to first page"] = _seconds(_page(running))
            until(lambda: running.feeds, every=OFTEN)
            figures["first start to first post on all three (practice Drive)"] = _seconds(_first_posts(running))
            _quiet(running)
            drops = [_drop(running, home / "var" / "inbox", name) for name in NAMES]
            first, all_three = zip(*drops, strict=True)
            figures["file at rest in the inbox to first post, median"] = _seconds(statistics.median(first))
            figures["file at rest in the inbox to first post, slowest"] = _seconds(max(first))
            figures["file at rest in the inbox to all three, median"] = _seconds(statistics.median(all_three))
            _quiet(running)
            time.sleep(QUIET)
            figures.update(_memory(running))
            ending = time.monotonic()
        figures["Ctrl-C to the end"] = _seconds(time.monotonic() - ending)
        with started(home) as running:
            figures["second start to first page"] = _seconds(_page(running))
    return figures


def table(figures: dict[str, str]) -> list[str]:
    """Lines, as wide as they need to be."""
    width = max(map(len, figures))
    return [f"{name:<{width}}  {figure:>9}" for name, figure in figures.items()]


def _page(running: Running) -> float:
    until(lambda: _answers(f"http://127.0.0.1:{running.port}/"), every=OFTEN)
    return time.monotonic() - running.began


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=10).status_code == 200
    except requests.RequestException:
        return False


def _first_posts(running: Running) -> float:
    address = f"{running.feeds}/_sandbox/feed"
    until(
        lambda: len({post["platform"] for post in requests.get(address, timeout=10).json()["data"]}) >= PLATFORMS,
        every=OFTEN,
    )
    return time.monotonic() - running.began


def _drop(running: Running, inbox: Path, name: str) -> tuple[float, float]:
    """Seconds from a complete file to its first post, and to its last."""
    picture = Image.effect_noise((1600, 1200), 60).convert("RGB")
    picture.save(inbox / f"{name}.jpg", quality=85)
    at_rest = time.monotonic()
    until(lambda: running.posts(name) > 0, every=OFTEN)
    first = time.monotonic() - at_rest
    until(lambda: running.posts(name) >= PLATFORMS, every=OFTEN)
    return first, time.monotonic() - at_rest


def _quiet(running: Running) -> None:
    """Until nothing has been posted for ten seconds."""
    seen, since = running.posts(), time.monotonic()
    while time.monotonic() - since < 10:
        time.sleep(0.5)
        if running.posts() != seen:
            seen, since = running.posts(), time.monotonic()


def _memory(running: Running) -> dict[str, str]:
    """Of the whole tree. RSS counts what processes share once for each; PSS counts it once in all."""
    processes = running.tree()
    resident = sum(process.memory_info().rss for process in processes)
    figures = {f"idle, resident (RSS) of {len(processes)} processes": _megabytes(resident)}
    if sys.platform == "linux":
        shared = sum(process.memory_full_info().pss for process in processes)
        figures = {"idle, proportional (PSS) of the whole tree": _megabytes(shared), **figures}
    return figures


def _seconds(figure: float) -> str:
    return f"{figure:.1f} s"


def _megabytes(figure: float) -> str:
    return f"{figure / 1e6:.0f} MB"
