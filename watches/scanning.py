"""Source → files found. The bookmark is written with the last of what is new, and never before it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.connections import login_doubts
from accounts.connections.blocks import block
from accounts.connections.refusals import second_chance
from accounts.models import Credential
from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Unauthorized, Unavailable
from poster.work.leases import LEASE, backoff
from watches import beside, memory, scan_writes
from watches.failed_looks import begin_anew
from watches.models import FoundFile, SourceCursor, Watch
from watches.opened_sources import open_source
from watches.reasons.files import TakenAway
from watches.sources import NEVER_LOOKED, Cursor, News, Place
from watches.watch_rules import least_interval

RELIST = dt.timedelta(hours=6)  # change feeds lose things: now and then everything is listed
IN_A_MOMENT = 5  # seconds
SURELY_SEEN = dt.timedelta(hours=1)  # after a restore: a file that was there then has come to rest and was found
GOES_ON = 60.0  # seconds that a look goes on with steps; the next one begins where it ended
NAMED = 10  # names of files that could not be read, at most
IDLE = 300  # seconds until a stream without watches is looked at again


class _Overtaken(Exception):
    """Somebody else holds the stream by now: what we saw is theirs to write."""


def scan(stream: SourceCursor, *, making: UUID | None = None, seconds: float = GOES_ON) -> str:
    """One look at one stream, whose lease the caller holds, in as many steps as there is time for. Returns a sentence.

    `making`: the watch that is made at this moment; what lies in its folder now was there before.
    """
    watches = list(_looking(stream))
    if stream.deadly:
        return begin_anew(stream)
    if not watches:
        stream.let_go(after=IDLE)
        return "Nobody watches here."
    try:
        return _steps(stream, watches, making, time.monotonic() + seconds)
    except Unauthorized as error:
        return _blocked(stream, error)
    except OutsideError as error:
        return _postponed(stream, watches, error)
    except _Overtaken:
        return "Another worker was faster."
    except IntegrityError:  # a watch, or its owner, is gone since we began; what is left is looked at again
        stream.let_go(after=IN_A_MOMENT)
        return "A source was removed while we looked. We look again."


def _looking(stream: SourceCursor) -> QuerySet[Watch]:
    return Watch.objects.filter(stream=stream.pk, state__in=Watch.State.looking())


def _steps(stream: SourceCursor, watches: list[Watch], making: UUID | None, until: float) -> str:
    """Each step is written with the cursor behind it before the next is made."""
    source, found = open_source(stream, stream.pk), 0
    now = clock.now()
    relist = stream.relisted_at is None or not now - RELIST <= stream.relisted_at <= now + RELIST
    known = memory.known_of(stream)
    cursor, goes_on = Cursor(stream.cursor, known) if stream.cursor else NEVER_LOOKED, True
    while goes_on:
        news = source.look([_place(watch, making) for watch in watches], cursor, relist=relist)
        goes_on = news.more and time.monotonic() < until
        found += _write(stream, watches, news, known, relist=relist, goes_on=goes_on)
        relist, cursor, known = False, news.cursor, dict(news.cursor.known)
    return f"{found} new in {stream}."


def _place(watch: Watch, making: UUID | None) -> Place:
    return Place(
        watch.place_id,
        watch.place_name,
        watch.subfolders,
        listed=watch.listed_at is not None,
        making=watch.pk == making,
        wanted=frozenset() if watch.listed_at else frozenset({str(watch.pk)}),
    )


def _write(
    stream: SourceCursor, watches: list[Watch], news: News, known: Mapping[str, str], *, relist: bool, goes_on: bool
) -> int:
    """In short transactions: what was found, what was taken away, what the source remembers; the bookmark last."""
    now = clock.now()
    kept: dict[str, Any] = {"cursor": news.cursor.text} if news.cursor.text != stream.cursor else {}
    kept |= {"relisted_at": now} if relist else {}  # a listing that is not at its end is in the cursor
    *pieces, last = scan_writes.pieces(watches, news.found)
    *early, changed = memory.pieces(known, news.cursor.known)
    films, gone = cache(beside.waiting_films), news.gone
    found = sum(_write_piece(stream, partial(scan_writes.record, piece, films)) for piece in pieces)
    if early:
        found += _write_piece(stream, lambda: scan_writes.record(last, films) + _take_away(watches, gone, now))
        last, gone = [], ()
    for lines in early:
        _write_piece(stream, partial(memory.write, stream, lines))
    with transaction.atomic():
        found += scan_writes.record(last, films)
        for watch in watches:
            _report(watch, news, now)
        _take_away(watches, gone, now)
        memory.write(stream, changed)
        if stream.credential:
            login_doubts.accepted(stream.credential)
        if not (stream.swap(failures=0, **kept) if goes_on else _let_go(stream, watches, news, kept)):
            raise _Overtaken
    for watch in watches:
        watch.listed_at = watch.listed_at or (now if watch.place_id in news.listed else None)
    return found


def _write_piece(stream: SourceCursor, write: Callable[[], int | None]) -> int:
    """The bookmark stays where it is: should we end here, the next look brings the same files, and they are known."""
    with transaction.atomic():
        found = write()
        if not stream.swap(leased_until=clock.now() + LEASE):
            raise _Overtaken
    return found or 0


def _let_go(stream: SourceCursor, watches: list[Watch], news: News, kept: dict[str, Any]) -> bool:
    """Where nobody answered for any place, the next look waits longer each time; where they asked for it, as long."""
    nobody = {watch.place_id for watch in watches} <= set(news.unanswered)
    told = max((_told_wait(error, asked=not nobody) for error in news.unanswered.values()), default=0.0)
    least = least_interval(stream.owner, stream.source)  # what was allowed once may be too often by now
    wanted = max(least, min(watch.interval for watch in watches))
    usual = min([wanted] + [news.again_in] * bool(news.again_in))
    if news.more:
        usual = IN_A_MOMENT
    wait = max(told, backoff(stream.failures, first=30, most=900)) if nobody else max(told, usual)
    return stream.let_go(after=wait, failures=stream.failures + 1 if nobody else 0, **kept)


def _told_wait(error: OutsideError, *, asked: bool) -> float:
    """`asked`: only a wait that holds for all questions counts."""
    told = error.retry_after if isinstance(error, Unavailable) else None
    return told or 0.0 if isinstance(error, RateLimited) or not asked else 0.0


def _report(watch: Watch, news: News, now: dt.datetime) -> None:
    """How this watch fared: a broken place is told, a healed one too, and why nothing was seen."""
    rows = Watch.objects.filter(pk=watch.pk).exclude(state=Watch.State.PAUSED)
    error = news.broken.get(watch.place_id)
    if watch.place_id in news.unanswered:
        rows.update(**Watch.unanswered.columns(news.unanswered[watch.place_id].reason))
    elif isinstance(error, Refused):
        told = Watch.problem.columns(error.reason) | Watch.unanswered.columns(None)
        rows.update(state=Watch.State.BROKEN, looked_at=now, **told)
    elif error is not None:
        rows.update(**Watch.unanswered.columns(error.reason))
    else:
        names = news.unread.get(watch.place_id, ())
        unread = {"unread": len(names), "unread_names": list(names[:NAMED])}
        well = Watch.problem.columns(None) | Watch.unanswered.columns(None)
        rows.update(state=Watch.State.ACTIVE, looked_at=now, **well, **unread)
        if watch.place_id in news.listed:
            rows.filter(listed_at=None).update(listed_at=now)
            rows.filter(restored_at__lt=now - SURELY_SEEN).update(restored_at=None)  # what appears later is new


def _take_away(watches: list[Watch], gone: Iterable[str], now: dt.datetime) -> int:
    """Taking a file away is the owner's emergency stop. For what is ready, publishing looks at `gone_at`."""
    ids = list(gone)
    for start in range(0, len(ids), 500):
        rows = FoundFile.objects.filter(watch__in=watches, external_id__in=ids[start : start + 500])
        rows.filter(state=FoundFile.State.TAKEN, gone_at=None).update(gone_at=now)
        waiting = FoundFile.State.stopped_by_removal()
        rows.filter(state__in=waiting).update(
            state=FoundFile.State.GONE, gone_at=now, **FoundFile.reason.columns(TakenAway())
        )
    return 0  # of what is new


def _blocked(stream: SourceCursor, error: Unauthorized) -> str:
    if stream.credential and second_chance(stream.credential, stream.pk):
        return _in_doubt(stream, stream.credential)
    if stream.credential:
        block(stream.credential, error.reason)
    _looking(stream).update(state=Watch.State.BROKEN, **Watch.problem.columns(error.reason))
    stream.let_go(after=IN_A_MOMENT)  # nobody takes it while its login is blocked; connected again, it is due
    return error.sentence


def _in_doubt(stream: SourceCursor, login: Credential) -> str:
    """What they said is no verdict yet, so it is not told as one."""
    row = login_doubts.doubt(login)
    told = login_doubts.told(row) if row else None
    if stream.let_go(after=login_doubts.left(row) if row else IN_A_MOMENT):
        _looking(stream).update(**Watch.unanswered.columns(told))
    return str(told or "")


def _postponed(stream: SourceCursor, watches: list[Watch], error: OutsideError) -> str:
    wait = max(_told_wait(error, asked=False), backoff(stream.failures, first=30, most=900))
    left_alone = isinstance(error, RateLimited)  # they are well, or in doubt, and nobody is asked
    if stream.let_go(after=wait, failures=stream.failures + (not left_alone)):
        told = Watch.unanswered.columns(error.reason)
        Watch.objects.filter(pk__in=[watch.pk for watch in watches]).update(**told)
    return error.sentence
