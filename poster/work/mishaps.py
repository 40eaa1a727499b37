"""Errors that nobody expected: what they kept from being done is told, each cause once, and the others go on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

log = logging.getLogger(__name__)
AGAIN = 3600.0  # seconds; then the same cause is told in full once more
MOST_KNOWN = 500
Cause = tuple[type[BaseException], str, int]
_told: dict[tuple[str, Cause], float] = {}


@dataclass(slots=True)
class Tried:
    """How it went: `error` is what was raised; None when nothing was."""

    error: Exception | None = None


def _never(_error: Exception) -> bool:
    return False


@contextmanager
def survived(what: str, *, expected: Callable[[Exception], bool] = _never) -> Iterator[Tried]:
    """The border that errors of ours do not pass: around one row, one part of a round, one job of the supervisor.

    Whatever is raised inside is told as `what` (not what is `expected`), and whoever stands at the border goes on.
    """
    tried = Tried()
    try:
        yield tried
    except Exception as error:  # noqa: BLE001 - told; the others do not wait for this one
        tried.error = error
        if not expected(error):
            tell(error, what)


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
