"""One picture for three platforms: all forms at once from the server of children, against one at a time, as before."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from bench import machine
from bench.path import table
from media.images import Recipe, make_renditions
from poster.work import child_server, children, processes

ROUNDS = 5
PIXELS = (4000, 3000)
RECIPES = (
    Recipe(max_width=2048, max_height=2048, max_bytes=4_000_000),
    Recipe(max_width=1440, max_height=1800, min_ratio=0.8, max_ratio=1.91, min_width=320, max_bytes=8_000_000),
    Recipe(max_width=1440, max_height=14400, min_width=320, max_bytes=8_000_000),
)


def measure() -> dict[str, str]:
    """Seconds for one picture of twelve megapixels, in the middle of five; before and now in turns."""
    with tempfile.TemporaryDirectory(prefix="ai-poster-bench-") as folder:
        path = Path(folder, "a.jpg")
        Image.effect_noise((PIXELS[0] // 10, PIXELS[1] // 10), 60).resize(PIXELS).convert("RGB").save(path, quality=90)
        wanted = [(Path(folder, f"{at}.out"), recipe) for at, recipe in enumerate(RECIPES)]
        listening = child_server.opened()
        server = processes.fork(partial(child_server.become, listening, ["media.pictures.entrypoints"]))
        try:
            turns = [(_apart(path, wanted), _together(path, wanted, listening.getsockname())) for _ in range(ROUNDS)]
        finally:
            children.kill(server)
            os.waitpid(server, 0)
    before, now = (statistics.median(each) for each in zip(*turns, strict=True))
    return {
        "one at a time, each by a fresh interpreter": f"{before:.2f} s",
        "all at once, by a child of the server": f"{now:.2f} s",
        "of the work of before": f"{now / before:.0%}",
    }


def _apart(path: Path, wanted: Sequence[tuple[Path, Recipe]]) -> float:
    children.use("")
    return _took(lambda: [make_renditions(path, [each]) for each in wanted])


def _together(path: Path, wanted: Sequence[tuple[Path, Recipe]], server: str | bytes) -> float:
    children.use(server)
    return _took(lambda: make_renditions(path, wanted))


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    print("\n".join([*machine.facts(), "", *table(measure())]))
