"""Real workers, killed and stopped at random moments, until what is left can be judged.

    python -m tests.kills --kills 300 --database sqlite --seed 1
    python -m tests.kills --kills 300 --database postgres

Two workers always work on a folder into which pictures keep falling; a sandbox and the web part live beside them. One
worker is killed (SIGKILL) after the other, now and then both at once as in a power cut; some are stopped (SIGSTOP) for
longer than their lease and go on. Answers to calls that publish are late or lost now and then. PostgreSQL's server is
restarted in the middle, twice: as after a crash, and in order. In the end everything is left in peace, one more picture
has to go out, and the feeds are compared with the database by the rules I1 to I14 (tests.whole.verdict). Exit code 1
when anything is wrong.

Time is the sandbox's; it jumps when leases are to end, and never while somebody is in a call that publishes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import pictures
from tests.whole.followers import shown
from tests.whole.lanes import ROOT, Lane, kill, lane
from tests.whole.servers import NotHere, Postgres, postgres

WORKERS = 2
PER_PICTURE = 5  # kills for each picture that falls into the folder
BOTH = 0.1  # of all kills: everybody at once
STOPPED = 0.25  # of all kills: somebody is stopped for a while before
LONG = 310.0  # seconds that pass meanwhile: a lease has ended then
IN_A_CALL = 8.0  # seconds of real time that a call may take
PEACE = 240  # rounds of waiting at the end
CALLS = {"feed": "facebook", "media_publish": "instagram", "threads_publish": "threads"}


@dataclass
class Killing:
    """One run."""

    one: Lane
    nursery: subprocess.Popen[str]
    chance: random.Random
    ahead: float = 0.0
    living: list[int] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def order(self, **order: Any) -> dict[str, Any]:
        """Raises AssertionError with what went wrong inside."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(f"{json.dumps(order)}\n")
        self.nursery.stdin.flush()
        answer: dict[str, Any] = json.loads(self.nursery.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def fill(self) -> None:
        """As many workers as there should be."""
        self.living = [pid for pid in self.living if _lives(pid)]
        while len(self.living) < WORKERS:
            self.living.append(self.order(do="fork")["pid"])

    def kill_one(self) -> None:
        """It, and soon the children that work for it."""
        _tell(self.living.pop(self.chance.randrange(len(self.living))), signal.SIGKILL)
        self.done["kills"] += 1

    def power_cut(self) -> None:
        """Everybody at once; then what they held is let go, as at every start."""
        while self.living:
            self.kill_one()
        time.sleep(0.1)
        self.order(do="power")
        self.done["power cuts"] += 1

    def stop_one(self) -> None:
        """It is stopped, time passes, and it goes on as if nothing had happened."""
        pid = self.chance.choice(self.living)
        _tell(pid, signal.SIGSTOP)
        self.done["stops"] += 1
        self.pass_time(LONG, but=pid)
        time.sleep(self.chance.uniform(0.2, 1.0))
        _tell(pid, signal.SIGCONT)

    def pass_time(self, seconds: float, *, but: int = 0) -> None:
        """Leases end, looks fall due. Nobody (`but` may) is in a call meanwhile: it would seem to last for hours."""
        until = time.monotonic() + IN_A_CALL
        others = [pid for pid in self.living if pid != but]
        while True:
            _tell_all(others, signal.SIGSTOP)
            calling = set(self.order(do="moving")["calling"])
            if not calling & set(others) or time.monotonic() > until:
                break
            _tell_all(others, signal.SIGCONT)
            time.sleep(0.1)
        self.one.box.advance(seconds)
        self.ahead += seconds
        _write(self.one.home / "clock", str(self.ahead))
        _tell_all(others, signal.SIGCONT)

    def heard(self) -> Counter[str]:
        """How many calls that publish each platform has heard."""
        ends = (call["path"].rpartition("/")[2] for call in self.one.box.calls(method="POST"))
        return Counter(CALLS[end] for end in ends if end in CALLS)


def run(kills: int, database: str, seed: int, say: Any = print) -> dict[str, Any]:
    """All of it. Raises NotHere. {"wrong", "ends", "done", "seconds"}."""
    began = time.monotonic()
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if database == "postgres" else None
        killing = stack.enter_context(_house(seed, server))
        dropped = _torment(killing, kills, server, say)
        _drop(killing, dropped)
        dropped += 1
        _leave_in_peace(killing, dropped)
        heard = killing.heard()
        feed = [post | {"width": shown(post).width} for post in killing.one.box.feed()]
        secrets = [login["access_token"] for login in killing.one.logins.values() if isinstance(login, dict)]
        told = killing.order(do="verdict", feed=feed, calls=heard, secrets=secrets)
    done = dict(killing.done) | {"pictures": dropped, "posts": len(feed), "calls": heard.total()}
    return told | {"done": done, "seconds": round(time.monotonic() - began)}


@contextmanager
def _house(seed: int, server: Postgres | None) -> Iterator[Killing]:
    """A sandbox, the web part, and the nursery; the owner has moved in."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="poster-kills-")))
        settings = {"CLOCK": str(home / "lane" / "clock")} | ({"DATABASE_URL": server.url} if server else {})
        one = stack.enter_context(lane(home / "lane", seed=seed, **settings))
        _write(one.home / "clock", "0")
        log = stack.enter_context((one.home / "log").open("ab"))
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.whole.nursery"],
            cwd=ROOT,
            env=one.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        stack.callback(kill, nursery)
        killing = Killing(one, nursery, random.Random(seed))
        stack.callback(lambda: _tell_all(killing.living, signal.SIGKILL))
        killing.order(do="prepare", logins=one.logins, place=str(one.inbox))
        stack.callback(kill, one.start_web())
        one.box.fault("lost", path="*publish", probability=0.1)
        one.box.fault("delay", path="*publish", probability=0.5, seconds=0.3)
        one.box.fault("delay", path="*/feed", method="POST", probability=0.5, seconds=0.3)
        yield killing


def _torment(killing: Killing, kills: int, server: Postgres | None, say: Any) -> int:
    """Returns how many pictures were dropped."""
    chance, dropped, restarts = killing.chance, 0, ["fast", "immediate"] if server else []
    told = 0
    while killing.done["kills"] < kills:
        killing.fill()
        if dropped * PER_PICTURE <= killing.done["kills"]:
            _drop(killing, dropped)
            dropped += 1
        time.sleep(chance.uniform(0.05, 1.5))
        if chance.random() < STOPPED:
            killing.stop_one()
        killing.power_cut() if chance.random() < BOTH else killing.kill_one()
        killing.pass_time(chance.choice((20.0, 100.0, LONG)))
        if server and restarts and killing.done["kills"] > kills * (3 - len(restarts)) / 3:
            server.restart(restarts.pop())
            killing.done["restarts of the database"] += 1
        if killing.done["kills"] >= told + kills / 10:
            told = killing.done["kills"]
            say(f"{told} kills, {dropped} pictures")
    return dropped


def _drop(killing: Killing, number: int) -> None:
    """The picture of this number falls into the folder."""
    pictures.saved(killing.one.inbox / f"{number}.jpg", pictures.four_corners(400 + number, 400, look=number))


def _leave_in_peace(killing: Killing, dropped: int) -> None:
    """Nobody is hurt any more. Until nothing moves, or for a long while."""
    killing.one.box.no_faults()
    for _ in range(PEACE):
        killing.fill()
        now = killing.order(do="moving")
        if not now["moving"] and now["found"] >= dropped:
            break
        time.sleep(0.5)
        killing.pass_time(120)
    _tell_all(killing.living, signal.SIGKILL)


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _tell(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


def _tell_all(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        _tell(pid, what)


def _write(path: Path, text: str) -> None:
    """At once: whoever reads it meanwhile reads the old or the new."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def main() -> int:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    try:
        told = run(asked.kills, asked.database, asked.seed)
    except NotHere as error:
        print(f"It cannot be tried here: {error}.")  # noqa: T201
        return 2
    print(json.dumps({"database": asked.database, "seed": asked.seed} | told, indent=2))  # noqa: T201
    return int(bool(told["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
