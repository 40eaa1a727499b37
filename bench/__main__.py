"""`make bench`: how fast it is, and how much memory it needs, on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import delivering, large, machine, path, pictures

LATENCIES = (0.0, 0.3)  # seconds until the outside answers

if __name__ == "__main__":
    print("\n".join([*machine.facts(), "", *path.table(path.measure())]))
    for latency in LATENCIES:
        print(
            f"\n{delivering.POSTS} posts for {delivering.CHANNELS} channels, all due at once, {latency:.1f} s latency"
        )
        print("\n".join(delivering.table(delivering.measure(latency=latency))))
    print("\n".join(["", *path.table(pictures.measure())]))
    with tempfile.TemporaryDirectory(prefix="ai-poster-bench-") as folder:
        print("\n".join(["", *large.measure(Path(folder) / "lane")]))
