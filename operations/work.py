"""All due work, done here and now: for hosts with only cron, and for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from poster import clock
from poster.manifests import asked, found, rounds

AT_ONCE = "operations.work_now"  # (): make due what is looked at now and then
SHORTEST = 0.2  # seconds between two passes


@dataclass(slots=True)
class Done:
    """What was done. `idle`: nothing is left that is due soon."""

    idle: bool = False
    passes: int = 0
    sentences: list[str] = field(default_factory=list)


def work_once() -> list[str]:
    """Every round of every minute, in the order of the data. What is done by the hour or the day is not due work."""
    return [str(found(each.run)()) for each in rounds() if each.every == 1]


def work_until_idle(*, timeout: float, patience: float, sleep: Callable[[float], None] = time.sleep) -> Done:
    """Rounds until nothing is due within `patience` seconds, at most for `timeout` seconds (the last round ends).

    Every folder is looked into once, whatever its interval: who asks now, wants to know now. Again only where a file
    may still be written to, or the listing is not at its end.
    """
    done, until = Done(), time.monotonic() + timeout
    for begin in asked(AT_ONCE):
        begin()
    while not done.idle:
        done.sentences = work_once()
        done.passes += 1
        wait = next_in()
        done.idle = wait is None or wait > patience
        if done.idle or wait is None or time.monotonic() + wait > until:
            break
        sleep(max(wait, SHORTEST))
    return done


def next_in() -> float | None:
    """Seconds until the next step on a folder, picture or delivery is due; None when nothing is on its way."""
    moments = [moment for each in rounds() if each.moments for moment in found(each.moments)()]
    return max((min(moments) - clock.now()).total_seconds(), 0.0) if moments else None
