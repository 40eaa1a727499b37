"""From evidence to a verdict. Pure: what the sources said and when, and how long is long enough.

A positive is final at once, unless a source that knows for certain contradicts a mere listing. A negative counts
only after the settle time (the call's deadline, late execution at the platform, the lag of its listing), and only
three times at least a minute apart: from one source that knows for certain, or from two independent ones. Errors and
partial answers are no answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from outbox.protocol import Evidence, Verdict
from poster.http.deadlines import DEADLINE

CALL = dt.timedelta(seconds=DEADLINE)  # of a call that carries only a little
LATE_EXECUTION = dt.timedelta(seconds=120)  # after the deadline of a call they may still carry it out
APART = dt.timedelta(seconds=60)
TIMES = 3
SOURCES = 2
GIVE_UP = dt.timedelta(hours=24)
MOST_COMMITS = 3
AT_LAST = dt.timedelta(days=3)  # however long they wanted not to be asked: then a person looks


@dataclass(frozen=True, slots=True)
class Word:
    """What one source said at one time."""

    source: str
    verdict: Verdict
    authoritative: bool
    at: dt.datetime


class Finding(StrEnum):
    """What follows."""

    ABSENT = "absent"
    OPEN = "open"  # ask again later
    UNKNOWABLE = "unknowable"  # a person must look


def proof(evidence: Sequence[Evidence]) -> Evidence | None:
    """What of one look proves that it is there."""
    there = [piece for piece in evidence if piece.verdict == Verdict.THERE]
    certain = next((piece for piece in there if piece.authoritative), None)
    contradicted = any(piece.authoritative and piece.verdict == Verdict.NOT_THERE for piece in evidence)
    return certain or (there[0] if there and not contradicted else None)


def failure(evidence: Sequence[Evidence]) -> Evidence | None:
    """What of one look proves that they tried, and that it is not out."""
    return next((piece for piece in evidence if piece.authoritative and piece.verdict == Verdict.FAILED), None)


def settled_at(marked_at: dt.datetime, settle: int, call: dt.timedelta = CALL) -> dt.datetime:
    """From when on "not there" counts about a call that was marked at `marked_at` and could take as long as `call`.

    `settle` in seconds.
    """
    return marked_at + call + LATE_EXECUTION + dt.timedelta(seconds=settle)


def weigh(
    words: Sequence[Word],
    *,
    marked_at: dt.datetime,
    settle: int,
    now: dt.datetime,
    could_ask_since: dt.datetime | None = None,
    call: dt.timedelta = CALL,
) -> Finding:
    """The finding about a call that was marked at `marked_at`, when no look has brought proof.

    `settle` in seconds, from the platform's limits; `call`: how long that call could take, as was written down with
    its mark. `could_ask_since`: until then they wanted not to be asked. Where
    sources contradict each other, a person decides.
    """
    asked_from = max(marked_at, could_ask_since) if could_ask_since else marked_at
    doubt = Finding.UNKNOWABLE if now > asked_from + GIVE_UP else Finding.OPEN
    if any(word.verdict == Verdict.THERE for word in words):
        return doubt
    settled = settled_at(marked_at, settle, call)
    # What stands there for later was said by a clock that was ahead: nobody knows when.
    negatives = [word for word in words if word.verdict == Verdict.NOT_THERE and settled <= word.at <= now]
    enough = {source for source in {word.source for word in negatives} if _often(negatives, source) >= TIMES}
    certain = any(word.authoritative and word.source in enough for word in negatives)
    if certain or len(enough) >= SOURCES:
        return Finding.ABSENT
    return doubt


def ends(marked_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether nobody may be left in doubt any longer, whatever kept us from asking."""
    return now > marked_at + AT_LAST


def _often(words: Sequence[Word], source: str) -> int:
    """How often this source said so, counting only answers that lie apart."""
    count, last = 0, None
    for word in sorted((word for word in words if word.source == source), key=lambda word: word.at):
        if last is None or word.at - last >= APART:
            count, last = count + 1, word.at
    return count


def next_look(*, marked_at: dt.datetime, settle: int, now: dt.datetime, call: dt.timedelta = CALL) -> float:
    """Seconds until it is worth asking again: soon for a positive, then each minute once a negative counts."""
    settled = settled_at(marked_at, settle, call)
    if now >= settled:
        return 61 if now < settled + dt.timedelta(minutes=10) else 900
    return min(max((now - marked_at).total_seconds(), 10), 120, (settled - now).total_seconds() + 1)
