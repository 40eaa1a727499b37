"""Parts over processes: each with an environment, a database and a spool of its own, and a bar of progress here.

Nothing here imports Django: the children set it up for themselves, so that they never see the install's settings.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from accounts.providers import setting
from sandbox.meta.people import APP_IDS, SECRETS

if TYPE_CHECKING:
    from proof.private_world import Part
    from proof.results import Result

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "TMPDIR", "PYTHONPATH")
OWN = {
    "DATABASE_URL": "sqlite:///:memory:",
    "REMOTE_ROOT": "http://sandbox.invalid",
    "PUBLIC_URL": "http://poster.invalid",
    "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "poster.settings",
}
# As the apps that the simulated people have allowed.
OWN |= {f"{setting(name)}_ID": app for name, app in APP_IDS.items()}
OWN |= {f"{setting(name)}_SECRET": secret for name, secret in SECRETS.items()}
WIDTH = 40
_count: Any = None


@contextmanager
def pool(processes: int) -> Iterator[Pool]:
    """Processes that can play parts. Their files lie in a folder of their own, which is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="prove-"))
    context = multiprocessing.get_context("spawn")
    count = context.Value("L", 0)
    try:
        with ProcessPoolExecutor(processes, context, _begin, (str(folder), count)) as executor:
            yield Pool(executor, count)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Pool:
    """What `pool` opens."""

    def __init__(self, executor: ProcessPoolExecutor, count: Any) -> None:  # noqa: ANN401 - a shared number
        self._executor = executor
        self._count = count

    def play(self, part: Part) -> Result:
        """Play one part, without progress."""
        return self._executor.submit(_play, part).result()

    def play_all(self, parts: list[Part], progress: Callable[[int], None]) -> Iterator[Result]:
        """The results as they come. `progress` is told now and then how many deliveries came to an end."""
        waiting: set[Future[Result]] = {self._executor.submit(_play, part) for part in parts}
        while waiting:
            progress(self._count.value)
            done = {future for future in waiting if future.done()}
            waiting -= done
            yield from (future.result() for future in done)
            time.sleep(0.2)
        progress(self._count.value)


def _begin(folder: str, count: Any) -> None:  # noqa: ANN401
    global _count
    _count = count
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, **OWN, VAR=str(Path(folder) / str(os.getpid())))
    import django

    django.setup()
    for name in ("poster.work.mishaps", "django.db.backends.base"):
        logging.getLogger(name).addFilter(_is_no_part_of_the_play)


def _is_no_part_of_the_play(record: logging.LogRecord) -> bool:
    """What the simulation breaks on purpose is no news; any other error is."""
    from proof.engine_run import Locked

    return not (record.exc_info and isinstance(record.exc_info[1], Locked))


def _play(part: Part) -> Result:
    from proof.scenario import play

    return play(part, _ended)


def _ended() -> None:
    with _count.get_lock():
        _count.value += 1


class Bar:
    """Progress on one line of a terminal; a line now and then where there is none."""

    def __init__(self, total: int, out: TextIO = sys.stderr) -> None:
        self._total = total
        self._out = out
        self._began = time.monotonic()
        self._shown = -1

    def __call__(self, done: int) -> None:
        percent = min(100, done * 100 // max(self._total, 1))
        if percent == self._shown or (not self._out.isatty() and percent < self._shown + 10):
            return
        self._shown = percent
        filled = "#" * (WIDTH * percent // 100)
        left = f"{time.monotonic() - self._began:.0f} s"
        ending = "\r" if self._out.isatty() and percent < 100 else "\n"
        self._out.write(f"[{filled:<{WIDTH}}] {percent:3d} %  {done}/{self._total}  {left}{ending}")
        self._out.flush()
