"""What a person says about a picture that waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from watches.models import FoundFile
from watches.reasons.files import CameBackLater
from watches.reasons.orders import AlreadyThere, MovedOn, WatchGone
from watches.states import FileState


def post_it(file: FoundFile, *, by: Caller) -> None:
    """A picture that was there before, or came with new content, goes on its way after all."""
    require_owner(file, by, Scope.PUBLISH)
    with transaction.atomic():
        _make_room(file)
        _move(file, FoundFile.State.offered(), state=FoundFile.State.FOUND)


def _make_room(file: FoundFile) -> None:
    """The same picture, that was taken away before this one came, is not the one that stays."""
    twins = FoundFile.objects.filter(watch=file.watch_id, sha256=file.sha256, state=FoundFile.State.TAKEN)
    if file.watch_id and file.sha256:
        twins.exclude(pk=file.pk).exclude(gone_at=None).update(
            state=FoundFile.State.GONE, **FoundFile.reason.columns(CameBackLater())
        )


def try_again(file: FoundFile, *, by: Caller) -> None:
    """What could not be read, or stopped our reader, is fetched and looked at once more."""
    require_owner(file, by, Scope.DRAFT)
    if file.watch_id is None:
        raise NotPossible(WatchGone())
    _move(file, [FoundFile.State.SKIPPED], state=FoundFile.State.FOUND)


def put_aside(file: FoundFile, *, by: Caller) -> None:
    """A failure that somebody has seen: it is kept with its reason, and is not counted as wrong any more."""
    require_owner(file, by, Scope.DRAFT)
    _change(file, FoundFile.State.SKIPPED, FoundFile.State.ASIDE)


def take_back(file: FoundFile, *, by: Caller) -> None:
    """It counts again, and may be tried again."""
    require_owner(file, by, Scope.DRAFT)
    _change(file, FoundFile.State.ASIDE, FoundFile.State.SKIPPED)


def _change(file: FoundFile, before: FileState, after: FileState) -> None:
    if not FoundFile.objects.filter(pk=file.pk, state=before).update(state=after):
        raise NotPossible(MovedOn())
    file.refresh_from_db()


def _move(file: FoundFile, states: Sequence[FileState], **values: Any) -> None:  # noqa: ANN401
    rows = FoundFile.objects.filter(pk=file.pk, state__in=states)
    try:
        with transaction.atomic():
            values |= FoundFile.reason.columns(None)
            moved = rows.update(tries=0, deaths=0, next_at=clock.now(), leased_until=None, **values)
    except IntegrityError as error:
        raise NotPossible(AlreadyThere()) from error
    if not moved:
        raise NotPossible(MovedOn())
    file.refresh_from_db()
