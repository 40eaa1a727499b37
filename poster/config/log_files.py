"""The files that the parts write their logs into: no line of them stays for ever, and no day of them fills the disk."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from poster import clock
from poster.work import mishaps

LARGEST = 20 * 2**20  # bytes of a log; of a day twice as many are kept at most: what is older goes first
DAY = re.compile(r"\.(\d{4}-\d{2}-\d{2})\.log$")


def rotate(folder: Path, *, days: int) -> int:
    """Put each log that began on an earlier day aside, and let go of those whose youngest line is older than `days`.

    What writes the log goes on: it appends, so the file is copied and emptied under it. (A line that is written in the
    millisecond between is lost; a server that is restarted every night would lose more.) Returns how many went.
    """
    today = clock.now().date()
    for file in sorted(folder.glob("*.log")):
        if DAY.search(file.name) is None:
            _each(_set_aside, file, today)
    old = [file for file in folder.glob("*.log") if (day := _day(file)) and today - day >= dt.timedelta(days=days)]
    return sum(_each(_unlink, file, today) for file in old)


def bound(folder: Path, *, largest: int = LARGEST) -> None:
    """Put aside at once what has become too large: a stranger may write as many lines as they like."""
    today = clock.now().date()

    def act(file: Path, _today: dt.date) -> None:
        if file.stat().st_size > largest:
            _put_aside(file, today, largest)

    for file in folder.glob("*.log"):
        if DAY.search(file.name) is None:
            _each(act, file, today)


def _each(act: Callable[[Path, dt.date], None], file: Path, today: dt.date) -> bool:
    """One file that cannot be put aside, or deleted, keeps no other from it."""
    try:
        act(file, today)
    except OSError as error:
        mishaps.tell(error, f"The log {file.name} could not be put aside or deleted")
        return False
    return True


def _unlink(file: Path, _today: dt.date) -> None:
    file.unlink(missing_ok=True)


def _set_aside(file: Path, today: dt.date) -> None:
    if file.stat().st_size and _began(file) < today:
        _put_aside(file, today - dt.timedelta(days=1), LARGEST)


def _put_aside(file: Path, day: dt.date, largest: int) -> None:
    """Whole, or not at all: what a full disk took half of is cut off again. Of too much, the last `largest` bytes."""
    aside = file.with_name(f"{file.stem}.{day}.log")
    before, size = aside.stat().st_size if aside.exists() else 0, file.stat().st_size
    if before + size > 2 * largest:  # so that never less than `largest` is kept
        aside.unlink(missing_ok=True)
        before = 0
    try:
        with file.open("rb") as source, aside.open("ab") as target:
            aside.chmod(0o600)
            source.seek(max(size - largest, 0))
            shutil.copyfileobj(source, target)
    except OSError:
        _cut(aside, before)
        raise
    with file.open("r+b") as emptied:
        emptied.truncate()


def _cut(aside: Path, before: int) -> None:
    if before:
        os.truncate(aside, before)
    else:
        aside.unlink(missing_ok=True)


def _began(file: Path) -> dt.date:
    """The day of the first line; when none bears a date, that of the last one."""
    with file.open("rb") as lines:
        for _ in range(20):
            found = re.search(rb"\d{4}-\d{2}-\d{2}", lines.readline())
            if found:
                return dt.date.fromisoformat(found[0].decode())
    return dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC).date()


def _day(file: Path) -> dt.date | None:
    found = DAY.search(file.name)
    return dt.date.fromisoformat(found[1]) if found else None
