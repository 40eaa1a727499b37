"""What can go wrong, as one table: at calls to the platforms, in the world behind them, and in our own database.

Each fault is drawn from (seed, delivery, number of the call), so that one delivery meets the same again when it is
played alone. Sources: docs/reliability.md lists the faults; most were seen in the wild.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a call is to us."""

    READ = "read"
    STAGE = "stage"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that is not the platform's own, or not as it was: status, code/subcode or body, headers."""

    status: int = 200
    code: int = 0
    subcode: int = 0
    body: bytes = b""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    reaches: does the request reach them? done: do they carry it out? late: so many seconds after we gave up.
    silent: no answer comes, after `wait` seconds. said: the answer instead of theirs. spoils: how theirs is damaged.
    dies: the worker is killed "before" or "after" the call. sleeps: it is stopped for up to so many seconds there.
    world: what the world itself does at this call (kinds of sandbox.faults), with its number.
    proven: whether what we hear certainly means that nothing was done.
    locked: at a statement to the database: it says "locked" (otherwise the worker is killed there).
    """

    name: str
    weight: float = 1.0
    at: tuple[Kind, ...] = (Kind.READ, Kind.STAGE, Kind.COMMIT)
    reaches: bool = True
    done: bool = True
    late: float = 0.0
    silent: bool = False
    wait: float = 0.0
    said: Said | None = None
    spoils: str = ""
    dies: str = ""
    sleeps: tuple[str, float] = ("", 0.0)
    world: tuple[tuple[str, float], ...] = ()
    proven: bool = False
    locked: bool = False


WRITES = (Kind.STAGE, Kind.COMMIT)
STAGE, COMMIT, READ = (Kind.STAGE,), (Kind.COMMIT,), (Kind.READ,)
HTML = b"<!DOCTYPE html><title>Error</title><h1>Sorry, something went wrong.</h1>"
SILENCE = 60.0  # seconds until our client gives up
LONGEST_STOP = (
    100.0  # seconds that a worker may be stopped right before the irreversible call (see docs/reliability.md)
)

ON_THE_WAY = (
    Fault("never reached them", 2, reaches=False, done=False, silent=True, proven=True),
    Fault("cut off before they did it", 1, done=False, silent=True),
    Fault("no answer, not done", 1, done=False, silent=True, wait=SILENCE),
    Fault("done, answer cut off", 1, silent=True),
    Fault("done, no answer", 1, silent=True, wait=SILENCE),
    Fault("done late, no answer", 2, at=WRITES, done=False, late=90, silent=True, wait=SILENCE),
)
ANSWERS = (
    Fault("500 code 2, done", said=Said(500, code=2)),
    Fault("500 code 2, not done", done=False, said=Said(500, code=2)),
    Fault("500 code 1, done", 0.5, said=Said(500, code=1)),
    Fault("500 code 1, not done", 0.5, done=False, said=Said(500, code=1)),
    Fault("502 with a page, done", 0.5, said=Said(502, body=HTML)),
    Fault("502 with a page, not done", 0.5, done=False, said=Said(502, body=HTML)),
    Fault("503 with Retry-After, not done", 0.5, done=False, said=Said(503, body=HTML, retry_after="90")),
    Fault("400 code 4/2207051, done", 0.5, said=Said(400, code=4, subcode=2207051), at=COMMIT),
    Fault("400 code 4/2207051, not done", 0.5, done=False, said=Said(400, code=4, subcode=2207051), at=COMMIT),
    Fault("unknown code, done", 0.5, said=Said(400, code=4711, subcode=99), at=COMMIT),
    Fault("unknown code, not done", 0.5, done=False, said=Said(400, code=4711, subcode=99), at=COMMIT),
    Fault("unknown passing code, not done", 0.5, done=False, said=Said(503, code=4711)),
    Fault("code 100/33 for something that exists", 0.5, at=READ, said=Said(400, code=100, subcode=33)),
    Fault("200 with an error, done", 0.5, said=Said(200, code=2)),
    Fault("200 with an error, not done", 0.5, done=False, said=Said(200, code=2)),
    Fault("200 with a foreign page, not done", 0.5, done=False, said=Said(200, body=HTML)),
    Fault("307 to elsewhere, not done", 0.5, done=False, said=Said(307, body=b"")),
)
LIMITS = (
    Fault("429 with seconds", 0.5, done=False, proven=True, said=Said(429, code=4, retry_after="120")),
    Fault("429 with a date", 0.5, done=False, proven=True, said=Said(429, code=4, retry_after="date")),
    Fault("429 without Retry-After", 0.3, done=False, proven=True, said=Said(429, code=4)),
    Fault("429 with nonsense", 0.3, done=False, proven=True, said=Said(429, code=32, retry_after="-5")),
    Fault("429 with a page", 0.3, done=False, said=Said(429, body=HTML, retry_after="60")),
    Fault("403 code 4", 0.3, done=False, proven=True, said=Said(403, code=4)),
    Fault("400 code 80002", 0.3, done=False, proven=True, said=Said(400, code=80002)),
)
DAMAGE = (
    Fault("done, malformed answer", spoils="malformed"),
    Fault("done, truncated answer", spoils="truncated"),
    Fault("done, empty answer", spoils="empty"),
    Fault("done, answer {}", 0.5, spoils="nothing"),
    Fault("done, id null", 0.5, spoils="null"),
)
WORLD = (
    Fault("container in progress for 20 minutes", 1, at=STAGE, world=(("container_stuck", 1200),)),
    Fault("container in progress for ever", 0.1, at=STAGE, world=(("container_stuck", 0),)),
    Fault("container in error", 1, at=STAGE, world=(("container_error", 2207053),)),
    Fault("not ready, says the call that publishes", 1, at=COMMIT, world=(("not_ready", 0),)),
    Fault("daily quota, says the call that publishes", 0.3, at=COMMIT, world=(("quota", 0),)),
    Fault("the photo names no post", 2, at=READ, world=(("no_story_id", 0),)),
    Fault("the list lags ten minutes", 1, at=READ, world=(("listing_lag", 600),)),
)
OURSELVES = (
    Fault("killed before the call", 1, done=False, dies="before"),
    Fault("killed after the call", 1, dies="after"),
    Fault("stopped before the call", 0.7, sleeps=("before", 400)),
    Fault("stopped after the call", 0.7, sleeps=("after", 400)),
)
AT_CALLS = (*ON_THE_WAY, *ANSWERS, *LIMITS, *DAMAGE, *WORLD, *OURSELVES)
AT_STATEMENTS = (
    Fault("killed at a statement", dies="before"),
    Fault("database locked at a statement", locked=True),
)
MOST_STATEMENTS = 40
STEPS_AT_RISK = 0.2  # of the chance of a fault: per step, for its statements


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a fault strikes: the delivery's number, "call" or "step", and which one of them."""

    delivery: int
    what: str
    nth: int

    def __str__(self) -> str:
        return f"delivery {self.delivery}, {self.what} {self.nth}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """All that goes wrong in a run: a pure function of the seed. `only`: nowhere but there (shrinking)."""

    seed: int
    chance: float
    lag: float = 60.0  # seconds: the longest that lists lag behind
    blind: float = 0.01  # of all posts: no list ever shows them; as many photos never name their post
    only: frozenset[Place] | None = None

    def at_call(self, place: Place, kind: Kind) -> Fault | None:
        """What goes wrong with this call, if anything."""
        dice = self.dice(place)
        if self._spared(place) or dice.random() >= self.chance:
            return None
        return dice.choices(_FITTING[kind], cum_weights=_WEIGHTS[kind])[0]

    def at_step(self, place: Place) -> tuple[Fault, int] | None:
        """What goes wrong in the database during this step, and at which statement."""
        dice = self.dice(place)
        if self._spared(place) or dice.random() >= self.chance * STEPS_AT_RISK:
            return None
        return dice.choice(AT_STATEMENTS), dice.randint(1, MOST_STATEMENTS)

    def _spared(self, place: Place) -> bool:
        return self.only is not None and place not in self.only

    def lagging(self, place: Place) -> float:
        """How many seconds the list lags behind that this call reads."""
        return self.dice(place, "lag").uniform(0, self.lag)

    def is_so(self, what: str, about: object, probability: float) -> bool:
        """Whether this holds for that: always the same answer."""
        return self.dice(what, about).random() < probability

    def dice(self, *about: object) -> random.Random:
        """The same throws for the same seed and subject."""
        return random.Random(f"{self.seed}:{':'.join(map(str, about))}")


_FITTING = {kind: [fault for fault in AT_CALLS if kind in fault.at] for kind in Kind}
_WEIGHTS = {
    kind: [sum(fault.weight for fault in faults[: place + 1]) for place in range(len(faults))]
    for kind, faults in _FITTING.items()
}
