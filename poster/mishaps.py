"""Errors that nobody expected: what they kept from being done is told, each cause once, and the others go on."""

from __future__ import annotations

import logging
import time

log = logging.getLogger(__name__)
AGAIN = 3600.0  # seconds; then the same cause is told in full once more
MOST_KNOWN = 500
Cause = tuple[type[BaseException], str, int]
_told: dict[tuple[str, Cause], float] = {}


def tell(error: BaseException, what: str) -> bool:
    """Into the log: the first time with the way it came, afterwards nothing for an hour. Whether it was told.

    `what`: what could not be done, in words without names, so that the same cause at another row is the same.
    """
    cause, now = (what, _cause(error)), time.monotonic()
    if now - _told.get(cause, -AGAIN) < AGAIN:
        return False
    if len(_told) >= MOST_KNOWN:
        _told.clear()
    _told[cause] = now
    log.error("%s: %r", what, error, exc_info=error)
    return True


def forget() -> None:
    """Everything is told again (tests)."""
    _told.clear()


def _cause(error: BaseException) -> Cause:
    """Its kind, and the line of code that raised it."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return (type(error), last.tb_frame.f_code.co_filename, last.tb_lineno) if last else (type(error), "", 0)
