"""Keeping parts alive: started, started again when they die, ended together, nothing left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM

from django.db import connections

from operations.parts import HURRY
from poster.work import mishaps, processes

STABLE = 60.0  # seconds; a part that lived so long starts its count of deaths anew
LONGEST_PAUSE = 30.0
RETRY = 5.0  # seconds until a part that could not be started is tried again
GRACE = 25.0  # seconds to finish what is being done


@dataclass(slots=True)
class Part:
    """One part. `run` is called in a process of its own; `before` here, right before each start."""

    name: str
    run: Callable[[], object]
    output: Path | None = None
    before: Callable[[], object] = field(default=lambda: None)
    hurries: bool = False  # it understands HURRY
    pid: int = 0
    began: float = 0.0
    again_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        """Fork. No open database connection may come along: SQLite does not survive that."""
        self.before()
        connections.close_all()
        self.pid = processes.fork(self.run, output=self.output)
        self.began = time.monotonic()

    def died(self) -> None:
        """Decide when it is tried again: soon, then less and less soon."""
        lived = time.monotonic() - self.began
        self.deaths = 1 if lived > STABLE else self.deaths + 1
        self.pid = 0
        self.again_at = time.monotonic() + min(2.0 ** (self.deaths - 1) - 1, LONGEST_PAUSE)


@dataclass(slots=True)
class Supervisor:
    """`parts` in the order of starting; they end in the opposite order. `note`: a file with what is ours."""

    parts: list[Part]
    note: Path
    say: Callable[[str], None]

    def look(self) -> None:
        """Notice who has died, and start who has to be started."""
        changed = False
        for part in self.parts:
            if part.pid and processes.gone(part.pid):
                self.say(f"The {part.name} part ended by itself; it is started again.{_where(part)}")
                part.died()
                changed = True
            if not part.pid and time.monotonic() >= part.again_at:
                changed |= _started(part)
        if changed:
            self._note()

    def restart(self, part: Part) -> None:
        """End a part that hangs, its whole group; `look` starts it again."""
        processes.kill_group(part.pid)
        while not processes.gone(part.pid):
            time.sleep(0.05)
        part.died()

    def end(self, orders: processes.Orders) -> None:
        """Ask all to end, in turn; whoever does not within the grace, or when another order comes, is killed."""
        already = orders.count
        until = time.monotonic() + GRACE
        for group in self._last_first():
            for part in group:
                if part.hurries:
                    processes.tell_group(part.pid, HURRY)
                processes.tell(part.pid, SIGTERM)
            while any(part.pid for part in group):
                self._reap(group, hard=time.monotonic() > until or orders.count > already)
                orders.wait(0.1)
        self.note.unlink(missing_ok=True)

    def _last_first(self) -> list[list[Part]]:
        """What needs others ends before them: everything else before the sandbox, which is started first."""
        living = [part for part in self.parts if part.pid]
        return [[p for p in living if p.name != "sandbox"], [p for p in living if p.name == "sandbox"]]

    def _reap(self, group: list[Part], *, hard: bool) -> None:
        for part in group:
            if part.pid and hard:
                processes.kill_group(part.pid)
            if part.pid and processes.gone(part.pid):
                part.pid = 0

    def _note(self) -> None:
        """On a disk that is full the last note stays; what it misses, the next one says."""
        try:
            self._write_note()
        except OSError as error:
            mishaps.tell(error, "Which processes are ours could not be noted")

    def _write_note(self) -> None:
        processes.note(self.note, [part.pid for part in self.parts if part.pid])


def _started(part: Part) -> bool:
    """The system may have no room for another process right now, and what comes before may fail: it is tried again."""
    with mishaps.survived(f"The {part.name} part could not be started; it is tried again") as tried:
        part.start()
    if tried.error is not None:
        part.again_at = time.monotonic() + RETRY
    return bool(part.pid)


def _where(part: Part) -> str:
    return f" What it said is in {part.output}." if part.output else ""
