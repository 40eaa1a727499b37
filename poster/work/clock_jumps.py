"""Noticing that this machine's clock was put: what was written by the wrong one is mended, and people are told.

A row of `poster.ClockSight` says when the clock was last seen, and how many seconds had passed by the steady one. What
lies between two sights by the one and by the other differs when somebody has put the clock. After a boot nobody can
tell how long the machine was off: a clock that is behind the last sight was put back, and anything else is unknowable.

What each app mends, its answer to `CLOCK_PUT` does; they are asked after each start as well.
"""

from __future__ import annotations

import datetime as dt
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from poster import clock
from poster.config import files
from poster.manifests import asked
from poster.models import ClockSight, Rest

CLOCK_PUT = "poster.clock_put"  # (Put): mend what the wrong clock has written
TOLERANCE = 30.0  # seconds; settle times have more than that to spare
BETWEEN = 10.0  # seconds between two sights
FAR = dt.timedelta(hours=25)  # nothing but what a person has planned waits longer
AFTER_LEAP = dt.timedelta(minutes=15)
NAME = "machine"  # of the file that tells this machine's sights from those of others
TOLD_FOR = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Put:
    """The clock was put by so many seconds, back when they are negative. Not `known`: by at least these, or by none."""

    seconds: float
    known: bool

    @property
    def back(self) -> bool:
        return self.seconds < -TOLERANCE

    def too_far(self, now: dt.datetime) -> dt.datetime:
        """What is due later than this was made due by a wrong clock, as far as anybody can tell; being early harms
        nothing: whoever may not go on yet is stopped at the gate."""
        return now if self.back else now + FAR


_last: tuple[float, float] | None = None  # (now, steady) of this process's last look at the row


def notice() -> Put | None:
    """Compare the clocks; who finds first that one was put mends. Cheap: the row is read every ten seconds."""
    now, steady = clock.now(), clock.steady()
    if _goes_well(now, steady):
        return None
    host, boot = _machine(), clock.boot()
    sight = ClockSight.objects.filter(host=host).first()
    if sight is None:
        _first(host, boot, steady, now)
        return None
    put = _put(sight, boot, now, steady)
    with transaction.atomic():
        fresh = {"boot": boot, "steady": steady, "seen_at": now}
        if put is not None and put.back:
            fresh |= {"put_back_by": -put.seconds, "put_back_at": now}
        if put is not None and put.seconds > TOLERANCE:
            fresh |= {"leapt_at": now}
        mine = ClockSight.objects.filter(host=host, seen_at=sight.seen_at, steady=sight.steady).update(**fresh)
        if mine and put is not None:
            _mend(put)
    return put if mine else None


def put_back() -> tuple[dt.timedelta, dt.datetime] | None:
    """For how much the clock of a machine was put back lately, and when."""
    lately = ClockSight.objects.filter(put_back_at__gt=clock.now() - TOLD_FOR).order_by("-put_back_at").first()
    if lately is None or lately.put_back_at is None:
        return None
    return dt.timedelta(seconds=round(lately.put_back_by)), lately.put_back_at


def leapt_until() -> dt.datetime | None:
    """The clock was put forward lately: until then nothing is given up, as it may be put back. None: it was not."""
    now = clock.now()
    rows = ClockSight.objects.filter(leapt_at__gt=now - AFTER_LEAP, leapt_at__lte=now).order_by("-leapt_at")
    last = rows.values_list("leapt_at", flat=True).first()
    return last + AFTER_LEAP if last else None


def _machine() -> str:
    """Its name in our rows: that of its data folder, as a container has another host name after each start."""
    file = Path(settings.VAR) / NAME
    try:
        if not file.exists():
            files.write_once(file, secrets.token_hex(16))
        return file.read_text(encoding="utf-8").strip()[:100]
    except OSError:
        return socket.gethostname()[:100]


def _goes_well(now: dt.datetime, steady: float) -> bool:
    """Whether this process has looked lately, and nothing has happened since."""
    global _last
    before, _last = _last, (now.timestamp(), steady)
    if before is None:
        return False
    passed = steady - before[1]
    if abs(now.timestamp() - before[0] - passed) > 1 or not 0 <= passed < BETWEEN:
        return False
    _last = before  # until the next reading of the row
    return True


def _first(host: str, boot: str, steady: float, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            ClockSight.objects.create(host=host, boot=boot, steady=steady, seen_at=now)
    except IntegrityError:
        return


def _put(sight: ClockSight, boot: str, now: dt.datetime, steady: float) -> Put | None:
    passed = (now - sight.seen_at).total_seconds()
    if sight.boot != boot or steady < sight.steady:
        return Put(min(passed, 0.0), known=False)
    put = passed - (steady - sight.steady)
    return Put(put, known=True) if abs(put) > TOLERANCE else None


def _mend(put: Put) -> None:
    """In one transaction with the sight: nobody works on with half of it."""
    now = clock.now()
    if put.back:  # told by the wrong clock: the wait is as long by the right one
        by = dt.timedelta(seconds=put.seconds)
        Rest.objects.filter(since__gt=now).update(until=F("until") + by, since=F("since") + by)
    Rest.objects.filter(until__gt=now + FAR).update(until=now, holder=None)
    for mend in asked(CLOCK_PUT):
        mend(put)
