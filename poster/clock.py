"""The one place that asks what time it is, so that a whole run can be put on another clock."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

SIMULATED = "simulated"


def _since_boot() -> float:
    """Seconds that pass whatever is done to the clock, while the machine sleeps as well, where that can be told."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


_source: Callable[[], float] = time.time
_steady: Callable[[], float] = _since_boot


def now() -> dt.datetime:
    """The current moment, aware, in UTC."""
    return dt.datetime.fromtimestamp(_source(), tz=dt.UTC)


def steady() -> float:
    """Seconds since some moment of this boot. Nobody can put it."""
    return _steady()


def boot() -> str:
    """A name for the present boot of this machine; "" where there is none."""
    if _source is not time.time:
        return SIMULATED
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def use(source: Callable[[], float], steady: Callable[[], float] | None = None) -> None:
    """Take seconds since the epoch from `source` from now on (simulations only); `steady`: real ones, if others."""
    global _source, _steady
    _source = source
    _steady = steady or (_since_boot if source is time.time else source)
