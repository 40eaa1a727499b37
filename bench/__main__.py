"""`make bench`: how fast it is, and how much memory it needs, on this machine."""

from __future__ import annotations

from bench import machine, path

if __name__ == "__main__":
    print("\n".join([*machine.facts(), "", *path.table(path.measure())]))
