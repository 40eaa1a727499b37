"""How fast what is due goes out: forty posts for three channels each, approved by a watch, one picture of 3 MP each.

    python -m bench.delivering                what one delivery costs us, and how many a minute two workers carry out
    python -m bench.delivering --latency 0.3  the same with so many seconds until the sandbox answers

All are approved by the watch, and due in the same moment. What a delivery costs us is counted in the workers, without
the sandbox; what its pictures cost, in their children.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.whole.lanes import Lane, kill, lane

POSTS, CHANNELS, WORKERS = 40, 3, 2
SIZE = (2048, 1536)
LONGEST = 600.0  # seconds for all of it
INSIDE = [sys.executable, "-m", "bench.delivering_inside"]


def measure(*, latency: float = 0.0, posts: int = POSTS, workers: int = WORKERS) -> dict[str, float]:
    """Figures by what they are. `latency`: seconds until the sandbox answers."""
    with tempfile.TemporaryDirectory(prefix="ai-poster-bench-") as folder, lane(Path(folder) / "lane") as install:
        pictures(install.inbox, posts)
        web = install.start_web()
        try:
            _inside(install, "fill", logins=install.logins, place=str(install.inbox), posts=posts)
            if latency:
                install.box.fault("delay", path="*", seconds=latency)
            return _worked(install, workers)
        finally:
            kill(web)


def _worked(install: Lane, workers: int) -> dict[str, float]:
    began = time.time()
    crew = [_started(install, "work") for _ in range(workers)]
    costs = [json.loads(_ended(each)) for each in crew]
    told: list[tuple[float, float]] = json.loads(_inside(install, "moments"))
    commits, out = (sorted(each[which] - began for each in told) for which in (0, 1))
    span = out[-1] - commits[0]
    figures = {
        "deliveries": float(len(told)),
        "first commit, s": commits[0],
        "commit p50, s": statistics.median(commits),
        "commit p99, s": commits[int(0.99 * (len(commits) - 1))],
        "a minute": 60 * len(told) / max(span, 0.001),
    }
    each = {name: sum(cost[name] for cost in costs) / len(told) for name in costs[0]}
    return figures | {
        "own processor time a delivery, ms": 1000 * each["cpu"],
        "children's processor time a delivery, ms": 1000 * each["children"],
        "queries a delivery": each["queries"],
        "transactions a delivery": each["transactions"],
    }


def table(figures: dict[str, float]) -> list[str]:
    """Lines, as wide as they need to be."""
    return [f"{name:<44} {figure:>9.1f}" for name, figure in figures.items()]


def pictures(inbox: Path, posts: int) -> None:
    """Noise with a large pattern, so that no two look alike. About 1 MB each."""
    from PIL import Image

    inbox.mkdir(parents=True, exist_ok=True)
    for number in range(posts):
        small = Image.frombytes(
            "L", (8, 8), bytes((number * 37 + place * 61 + place * number) % 256 for place in range(64))
        )
        noise = Image.effect_noise(SIZE, 30)
        Image.merge("RGB", [Image.blend(small.resize(SIZE), noise, 0.3)] * 3).save(inbox / f"{number}.jpg", quality=85)


def _started(install: Lane, do: str, **what: Any) -> subprocess.Popen[str]:  # noqa: ANN401
    log = (install.home / "log").open("ab")
    return subprocess.Popen(
        [*INSIDE, do, json.dumps(what)], env=install.environment, stdout=subprocess.PIPE, stderr=log, text=True
    )


def _ended(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=LONGEST)
    if process.returncode:
        raise RuntimeError(f"It ended with {process.returncode}.")
    return said.splitlines()[-1] if said else ""


def _inside(install: Lane, do: str, **what: Any) -> str:  # noqa: ANN401
    try:
        return _ended(_started(install, do, **what))
    except RuntimeError as error:
        raise RuntimeError(f"{error} {install.log()}") from None


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivering", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until the sandbox answers")
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    asked = parser.parse_args()
    print("\n".join(table(measure(latency=asked.latency, posts=asked.posts, workers=asked.workers))))


if __name__ == "__main__":
    main()
