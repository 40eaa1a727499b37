"""What one look saw of each watch, written down in pieces, so that nobody else waits long for the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from django.db import IntegrityError, transaction
from django.db.models import Q

from poster import clock
from poster.reasons import Reason
from watches import beside
from watches.beside import Films
from watches.companions import looks_like_picture
from watches.models import FoundFile, Watch
from watches.reasons import files as why
from watches.sources import Found

AT_ONCE = 500  # files in one transaction; SQLite takes so many parameters and no more

BACK, NO_REASON = FoundFile.reason.columns(why.BackAgain()), FoundFile.reason.columns(None)

Piece = Sequence[tuple[Watch, Found]]  # those of one watch together


def pieces(watches: Iterable[Watch], found: Iterable[Found]) -> list[Piece]:
    """What each watch is to be told of, at most AT_ONCE files in each piece; one empty piece when it is nothing."""
    by_place = defaultdict(list)
    for file in found:
        by_place[file.place_id].append(file)
    told: list[tuple[Watch, Found]] = []
    for watch in watches:
        seen = [file for file in by_place[watch.place_id] if watch.subfolders or not file.deep]
        told += [(watch, file) for file in beside.without_companions(watch, seen)]
    return [told[start : start + AT_ONCE] for start in range(0, len(told), AT_ONCE)] or [[]]


def record(piece: Piece, films: Films) -> int:
    """Write what is new of it, in the caller's transaction. Returns how many files that were."""
    return sum(_record(watch, [file for _, file in files], films) for watch, files in groupby(piece, key=itemgetter(0)))


def _record(watch: Watch, files: list[Found], films: Films) -> int:
    known = _revisions(watch, files)
    fresh: list[Found] = []
    seen_before: list[Found] = []
    for file in files:
        (seen_before if file.revision in known.get(file.external_id, {}) else fresh).append(file)
    _replace(watch, {file.external_id for file in fresh} & known.keys())
    _bring_back(watch, seen_before)
    rows = [_row(watch, file, known.get(file.external_id, {})) for file in fresh if not _is_nothing(watch, file)]
    FoundFile.objects.bulk_create(rows, ignore_conflicts=True)
    beside.put_films_aside(watch, fresh, films)
    return len(rows)


def _was_there(watch: Watch, file: Found) -> bool:
    """Before the watch began to count. Where nobody saw it then, its times tell."""
    return file.old or (watch.listed_at is None and (file.appeared_at is None or file.appeared_at < watch.began_at))


def _is_nothing(watch: Watch, file: Found) -> bool:
    """What was there before and is no picture was not put there for us: it is neither posted, nor offered, nor told."""
    return _was_there(watch, file) and (bool(file.unfit) or not looks_like_picture(file.name, file.mime))


def _bring_back(watch: Watch, files: list[Found]) -> None:
    """Files that were taken away and lie there again, with the same bytes; and those that could not be had, and can.

    What was ready goes on, as far as it was not stopped meanwhile; what was not even fetched waits for a person.
    """
    there = {(file.external_id, file.revision): file for file in files}
    odd = watch.files.filter(Q(gone_at__isnull=False) | Q(unfit=True))
    rows = odd.filter(external_id__in={external_id for external_id, _ in there})
    found = [row for row in rows.only("external_id", "revision") if (row.external_id, row.revision) in there]
    again = FoundFile.objects.filter(pk__in=[row.pk for row in found], gone_at__isnull=False)
    again.filter(state=FoundFile.State.GONE, post=None).update(state=FoundFile.State.HELD, gone_at=None, **BACK)
    again.filter(state=FoundFile.State.TAKEN).update(gone_at=None)
    for row in again.filter(state=FoundFile.State.GONE):
        _ready_again(row)
    fit = [row.pk for row in found if not there[row.external_id, row.revision].unfit]
    FoundFile.objects.filter(pk__in=fit, state=FoundFile.State.SKIPPED, unfit=True).update(
        state=FoundFile.State.FOUND, unfit=False, next_at=clock.now(), tries=0, **NO_REASON
    )


def _ready_again(row: FoundFile) -> None:
    """It has its words already. Unless the same picture is ready under another name by now."""
    rows = FoundFile.objects.filter(pk=row.pk, state=FoundFile.State.GONE)
    try:
        with transaction.atomic():
            rows.update(state=FoundFile.State.TAKEN, gone_at=None, **NO_REASON)
    except IntegrityError:
        rows.update(state=FoundFile.State.HELD, gone_at=None, **BACK)


def _revisions(watch: Watch, files: list[Found]) -> dict[str, dict[str, str]]:
    """What we have of these files: {external id: {revision: state}}."""
    rows = watch.files.filter(external_id__in={file.external_id for file in files})
    known: dict[str, dict[str, str]] = {}
    for external_id, revision, state in rows.values_list("external_id", "revision", "state"):
        known.setdefault(external_id, {})[revision] = state
    return known


def _replace(watch: Watch, external_ids: set[str]) -> None:
    """Older revisions of these files that nobody has fetched yet give way to the new bytes."""
    if external_ids:
        unfetched = watch.files.filter(state__in=FoundFile.State.coming())
        unfetched.filter(external_id__in=external_ids).update(
            state=FoundFile.State.GONE, **FoundFile.reason.columns(why.Replaced())
        )


def _row(watch: Watch, file: Found, revisions: dict[str, str]) -> FoundFile:
    state, reason = _first_state(watch, file, set(revisions.values()))
    return FoundFile(
        owner_id=watch.owner_id,
        watch=watch,
        watch_name=watch.name,
        external_id=file.external_id,
        revision=file.revision,
        name=file.name,
        folder=file.folder,
        size=file.size,
        state=state,
        **FoundFile.reason.columns(reason),
        restored=isinstance(reason, why.MaybePosted),
        unfit=bool(file.unfit),
    )


def _first_state(watch: Watch, file: Found, before: set[str]) -> tuple[str, Reason | None]:
    if file.unfit:
        return FoundFile.State.SKIPPED, file.unfit
    if _was_there(watch, file) and watch.backlog == Watch.Backlog.SKIP:
        return FoundFile.State.RECORDED, why.WasThere()
    if before - set(FoundFile.State.not_seen()):
        return FoundFile.State.HELD, why.OtherContent()
    if watch.restored_at is not None:
        return FoundFile.State.HELD, why.MaybePosted()
    return FoundFile.State.FOUND, None
