"""The install that the filled databases are of: keys that open nothing else, and a clock that stands at their day."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from poster import clock

NOON = dt.time(12, tzinfo=dt.UTC)
TICK = 0.001  # seconds between two looks at the clock
NOTHING_LISTENS = "http://127.0.0.1:9"


def _key(name: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(f"tests: {name}".encode()).digest()).decode()


SECRETS = {"SECRET_KEY": _key("secret"), "AUDIT_KEY": _key("audit")}
OLD_KEY, NEW_KEY = _key("sealed before"), _key("seals")
RING = [NEW_KEY, OLD_KEY]


@contextmanager
def at_work(day: dt.date, *, hour: int = 0, ring: list[str] | None = None) -> Iterator[None]:
    """Its keys, and its clock from so many hours after the noon of that day on. Nobody outside answers."""
    began = dt.datetime.combine(day, NOON).timestamp() + hour * 3600
    asked = iter(range(10**9))
    clock.use(lambda: began + TICK * next(asked))
    try:
        with override_settings(**SECRETS, CREDENTIAL_KEYS=ring or RING, REMOTE_ROOT=NOTHING_LISTENS):
            yield
    finally:
        clock.use(time.time)
