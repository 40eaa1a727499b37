"""`manage.py` on a clock that a test puts forward while it runs: `python -m tests.whole.ahead start`.

The file that AHEAD names says by how many seconds. All processes of the install are forked from this one, and ask the
same file. The sandbox is another program, with a clock of its own: `Ahead.pass_by` puts both.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import requests

from poster import clock


def seconds_at(path: Path) -> float:
    """What time it is there."""
    return time.time() + float(path.read_text(encoding="ascii"))


@dataclass
class Ahead:
    """The clock of one install and of its sandbox. Begins before both, at `moment`."""

    path: Path
    moment: dt.datetime
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self._put(self.moment.timestamp() - time.time())

    def _put(self, seconds: float) -> None:
        self.seconds = seconds
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str(seconds), encoding="ascii")
        fresh.replace(self.path)  # nobody reads half of it

    def begin_sandbox(self, state: Path) -> None:
        """What it remembers at its first start is the time alone."""
        state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        state.write_text(json.dumps({"offset": self.seconds, "tables": {}}), encoding="utf-8")

    def pass_by(self, seconds: float, sandbox: str) -> None:
        """Both are so much later. `sandbox`: its address."""
        requests.post(f"{sandbox}/_sandbox/clock", json={"seconds": seconds}, timeout=10).raise_for_status()
        self._put(self.seconds + seconds)

    def until(self, moment: dt.datetime, sandbox: str) -> None:
        """It is that moment now."""
        self.pass_by(moment.timestamp() - seconds_at(self.path), sandbox)


if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poster.settings")
    clock.use(partial(seconds_at, Path(os.environ["AHEAD"])))
    execute_from_command_line(["manage.py", *sys.argv[1:]])
