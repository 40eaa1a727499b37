"""The one place that asks what time it is, so that a whole run can be put on another clock."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

_source: Callable[[], float] = time.time


def now() -> dt.datetime:
    """The current moment, aware, in UTC."""
    return dt.datetime.fromtimestamp(_source(), tz=dt.UTC)


def use(source: Callable[[], float]) -> None:
    """Take seconds since the epoch from `source` from now on (simulations only)."""
    global _source
    _source = source
