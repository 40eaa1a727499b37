"""One refusal of a login or of a place's own token may be their error: so many in a row, each after its pause, are not.

A row of `poster.Rest` counts them, for as long as it is doubtful and on while it is blocked: then it says when they are
asked again. Only what went well ends the count, so that whoever says "yes" when asked and "no" to every post is asked
less and less.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from accounts.models import Channel, Credential
from poster import clock, resting
from poster.models import Rest

PREFIX = resting.DOUBT
PAUSE = resting.Pause(first=dt.timedelta(minutes=5), most=dt.timedelta(days=1), trial=dt.timedelta(minutes=5))
CERTAIN = 3
FORGOTTEN = dt.timedelta(hours=1)  # after its pause: a refusal that nothing followed is none in a row
DOUBTED = "refused"


def key(of: Credential | Channel) -> str:
    """The name of the count: of a login, or of a place's own token."""
    return f"{PREFIX}{'login' if isinstance(of, Credential) else 'place'}:{of.pk}"


def posted_with(channel: Channel) -> Credential | Channel:
    """Whose token it is that this place is posted to with."""
    return channel if channel.has_own_token else channel.credential


def is_doubted(of: Credential | Channel) -> bool:
    """Whether it was refused lately."""
    row = resting.waits([key(of)])
    return row is not None and not _is_forgotten(row)


def is_too_early(of: Credential | Channel) -> bool:
    """Whether one more refusal says no more than the last one."""
    row = resting.waits([key(of)])
    return row is not None and row.refusals < CERTAIN and row.until > clock.now()


def counts_again_in(of: Credential | Channel) -> float:
    """Seconds until the next refusal counts; infinite where none is doubtful."""
    row = resting.waits([key(of)])
    return math.inf if row is None else max((row.until - clock.now()).total_seconds(), 0.0)


def count(of: Credential | Channel) -> bool:
    """One more refusal; whether it is certain by now that only a person can help."""
    row = resting.waits([key(of)])
    if row is not None and _is_forgotten(row):
        resting.let_go([key(of)])
    return resting.hold(key(of), PAUSE, code=DOUBTED, sentence="").refusals >= CERTAIN


def begin(of: Credential | Channel) -> None:
    """It is blocked: from now on it is asked after. What was counted before goes on."""
    if resting.waits([key(of)]) is None:
        resting.hold(key(of), PAUSE, code=DOUBTED, sentence="")


def ask_later(of: Credential | Channel) -> None:
    """Nobody answered, so nothing is counted."""
    begin(of)
    resting.postpone(key(of), PAUSE)


def accepted(of: Credential | Channel) -> None:
    """It was let in: earlier refusals do not count any more."""
    accepted_all([of])


def accepted_all(them: Iterable[Credential | Channel]) -> None:
    """The same for several."""
    resting.let_go([key(each) for each in them])


def resting_keys() -> set[str]:
    """Those that are not asked after yet."""
    rows = Rest.objects.filter(key__startswith=PREFIX, until__gt=clock.now())
    return set(rows.values_list("key", flat=True))


def _is_forgotten(row: Rest) -> bool:
    return row.refusals < CERTAIN and clock.now() > row.until + FORGOTTEN
