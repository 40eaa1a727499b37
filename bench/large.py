"""What it is like after years: a million deliveries, ten thousand watches, a hundred people, on SQLite.

    python -m bench.large                        fill an install and measure it: half an hour
    python -m bench.large --deliveries 20000     a small one
    python -m bench.large --keep FOLDER          filled there once, and its pages measured again each time

Every list and every page of one row is asked for as a member who has half of everything, and as the operator; then
posts go out, and it is measured how long the database's one lock for writing is held. One delivery in ten has its lines
of the ledger, and they are no part of the chain: `audit_verify` would not like it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.delivering import pictures
from tests.whole.lanes import Lane, kill, lane

DELIVERIES, WATCHES, PEOPLE, POSTS = 1_000_000, 10_000, 100, 20
INSIDE = [sys.executable, "-m", "bench.large_inside"]
HEAD = f"{'CPU p50':>9} {'p95':>9} {'queries':>8} {'kB':>7}  page"
SHOWN = 40


def measure(home: Path, *, deliveries: int = DELIVERIES, watches: int = WATCHES, people: int = PEOPLE) -> list[str]:
    """Lines of all tables. `home`: a folder that is new, or was filled before."""
    with lane(home) as install:
        web = install.start_web()
        try:
            filled = _inside(install, "fill", deliveries=deliveries, watches=watches, people=people)
            lines = [*_told(filled), "", *_pages(_inside(install, "pages"))]
            lines += ["", f"{'manage.py posts --json, processor time':<44} {_command(install):>7.2f} s"]
            pictures(install.inbox, POSTS)
            held = _inside(install, "work", logins=install.logins, place=str(install.inbox), posts=POSTS)
            return [*lines, *_told(held)]
        finally:
            kill(web)


def _pages(pages: Sequence[Sequence[Any]]) -> list[str]:
    """A table of the slowest, and how many are slower or longer than wanted."""
    rows = [
        f"{median:>7.1f}ms {p95:>7.1f}ms {queries:>8} {size:>7.1f}  {who}: {where}"
        for who, where, median, p95, queries, size in pages[:SHOWN]
    ]
    slow = [page for page in pages if page[3] > (250 if ", search" in page[1] else 100)]
    long = [page for page in pages if page[5] > 200]
    return [f"{len(pages)} pages: {len(slow)} slower and {len(long)} longer than wanted", HEAD, *rows]


def _told(figures: dict[str, float]) -> Iterable[str]:
    return (f"{name:<44} {figure:>9.1f}" for name, figure in figures.items())


def _command(install: Lane) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    install.told("manage.py", "posts", "--json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _inside(install: Lane, do: str, **what: Any) -> Any:  # noqa: ANN401
    with (install.home / "log").open("ab") as log:
        done = subprocess.run(
            [*INSIDE, do, json.dumps(what)], env=install.environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    if done.returncode:
        raise RuntimeError(install.log())
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--deliveries", type=int, default=DELIVERIES)
    parser.add_argument("--watches", type=int, default=WATCHES)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where it stays")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ai-poster-bench-") as folder:
        home = asked.keep or Path(folder) / "lane"
        print("\n".join(measure(home, deliveries=asked.deliveries, watches=asked.watches, people=asked.people)))


if __name__ == "__main__":
    main()
