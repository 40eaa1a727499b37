"""File found → taken: bytes in the spool, verified, looked at in a child process, and the same picture only once.

What is damaged may be on its way still: a copy that goes on, a sync that uploads what it has. So it is *incomplete* for
a day after it was last seen to change (a change is another revision, and another row), and then *skipped* as damaged.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from accounts.connections import login_doubts
from accounts.connections.blocks import block
from accounts.connections.refusals import second_chance
from accounts.models import Credential
from media import blobs
from media.geocoding import town
from media.images import BadPicture, Fault, Picture
from media.intake import take_in
from media.models import Asset, Blob
from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Unauthorized, Unavailable
from poster.reasons import Reason
from poster.work.leases import backoff
from watches import limits
from watches.memory import cursor_of
from watches.models import FoundFile
from watches.opened_sources import as_found, open_source
from watches.reasons import files as why
from watches.sources import Fetched
from watches.states import FileState

MB = 1024 * 1024
MOST_BYTES = 200 * MB  # no platform takes a picture near this
MOST_TRIES = 8  # of a picture whose fault may have been the machine's: about an hour
ORIGIN = "found"  # of what came this way: a key of `Manifest.origins`, stored for good
IN_A_MOMENT = 5  # seconds
FOR_THE_REST = dt.timedelta(hours=24)


def fetch(file: FoundFile) -> str:
    """One file, whose lease the caller holds. Returns a sentence."""
    if file.deadly:
        return _end(file, FoundFile.State.SKIPPED, why.StoppedOurReader(name=file.name))
    if file.watch is None:
        return _end(file, FoundFile.State.GONE, why.WatchRemoved())
    if reason := too_large(file.name, file.size):
        return _end(file, FoundFile.State.SKIPPED, reason)
    if wait := limits.before_fetching(file):
        file.give_back(**FoundFile.reason.columns(wait))
        return str(wait)
    try:
        with blobs.scratch(file.pk) as folder:
            fetched = _bytes(file, folder / "original")
            file.swap(fetched_at=clock.now())
            asset = Asset(pk=file.pk, owner_id=file.owner_id, name=file.name)
            picture, laid = take_in(folder / "original", asset, fetched.sha256)
    except BadPicture as error:
        return _unreadable(file, error)
    except Unauthorized as error:
        return _wait_for_login(file, error)
    except Refused as error:
        return _end(file, FoundFile.State.SKIPPED, error.reason)
    except OutsideError as error:
        return _wait(file, error)
    return _keep(file, fetched, picture, laid)


def too_large(name: str, size: int) -> Reason | None:
    """Why so many bytes are not even fetched; None where they are."""
    return why.TooManyMegabytes(name=name, most=MOST_BYTES // MB) if size > MOST_BYTES else None


def _unreadable(file: FoundFile, error: BadPicture) -> str:
    if error.fault == Fault.DAMAGED and clock.now() < file.created_at + FOR_THE_REST:
        return _wait_for_the_rest(file)
    if not error.may_pass:
        return _end(file, FoundFile.State.SKIPPED, error.reason)
    if file.tries < MOST_TRIES:
        return _wait(file, Unavailable(error.reason))
    return _end(file, FoundFile.State.SKIPPED, why.UnreadForAnHour(name=file.name))


def again(asset: Asset, to: Path) -> str:
    """The bytes of an asset that a watch found, from its source, written to `to`: their sha256 (`media.origins`)."""
    file = FoundFile.objects.with_stream().filter(asset=asset.pk).first()
    if file is None or file.watch is None:
        raise Refused(why.GoneWithItsWatch(name=asset.name))
    return _bytes(file, to).sha256


def _bytes(file: FoundFile, to: Path) -> Fetched:
    assert file.watch is not None  # noqa: S101 - both callers have looked
    stream = file.watch.stream
    fetched = open_source(stream, file.pk).fetch(as_found(file), to, cursor_of(stream))
    if stream.credential:
        login_doubts.accepted(stream.credential)
    return fetched


def _keep(file: FoundFile, fetched: Fetched, picture: Picture, laid: list[Blob]) -> str:
    columns: dict[str, Any] = {"sha256": fetched.sha256, "size": fetched.size}
    needless = ours = [(blob.place, blob.key) for blob in laid]
    try:
        with transaction.atomic():
            asset = keep_asset(file, picture, **columns)
            columns |= FoundFile.reason.columns(None)
            kept = file.let_go(state=FoundFile.State.TAKEN, asset_id=asset.pk, tries=0, **columns)
            needless = blobs.replace(laid) if kept else ours
            transaction.set_rollback(not kept)
    except IntegrityError:  # (watch, sha256) is there already
        blobs.delete(ours)
        return _same_again(file, fetched)
    blobs.delete(needless)
    return f"{file.name} is ready." if kept else _too_late(file)


def keep_asset(file: FoundFile, picture: Picture, **columns: Any) -> Asset:  # noqa: ANN401
    """The asset of a file whose bytes were seen. The caller ties it to its file."""
    wants_place = file.watch is not None and file.watch.name_places
    seen = {
        "owner_id": file.owner_id,
        "origin": ORIGIN,
        "name": file.name,
        "mime": picture.mime,
        "width": picture.width,
        "height": picture.height,
        "taken_on": picture.taken_on,
        "place": town(*picture.place) if wants_place and picture.place else "",
        "impression": picture.impression,
        "fingerprint": picture.fingerprint,
        "ai_mark": picture.ai_mark,
        "doubt": picture.doubt,
    }
    return Asset.objects.update_or_create(pk=file.pk, defaults={**seen, **columns})[0]


def _same_again(file: FoundFile, fetched: Fetched) -> str:
    """Where the other one was taken away, that was its owner's stop: whether it goes on is for them to say."""
    others = FoundFile.objects.filter(watch=file.watch_id, sha256=fetched.sha256, state=FoundFile.State.TAKEN)
    if others.filter(gone_at=None).exists():
        return _end(file, FoundFile.State.DUPLICATE, why.SamePicture())
    return _end(file, FoundFile.State.HELD, why.BackAgain(), sha256=fetched.sha256)


def _drop(file: FoundFile) -> None:
    """Its bytes are of no use. It may have its asset already, from an earlier time."""
    blobs.drop(Blob.objects.filter(asset=file.pk))


def _too_late(file: FoundFile) -> str:
    """Somebody else has decided about it meanwhile. When that was to drop it, nobody needs its bytes."""
    if not FoundFile.objects.filter(pk=file.pk, state__in=FoundFile.State.on_its_way()).exists():
        _drop(file)
    return f"{file.name} is in other hands."


def _wait_for_the_rest(file: FoundFile) -> str:
    """Its bytes are of no use; those that come are got anew. The last look is when its day is over."""
    wait = (file.created_at + FOR_THE_REST - clock.now()).total_seconds()
    return _end(file, FoundFile.State.INCOMPLETE, why.NotComplete(name=file.name), after=wait, tries=0)


def _end(file: FoundFile, state: FileState, reason: Reason, **more: Any) -> str:  # noqa: ANN401
    """`more`: of `let_go`."""
    if file.let_go(state=state, **FoundFile.reason.columns(reason), **more):
        _drop(file)
    return str(reason)


def _wait_for_login(file: FoundFile, error: Unauthorized) -> str:
    """Once it is certain that only a person can help, it is due as soon as they did: nobody takes it until then."""
    login = file.watch.stream.credential if file.watch else None
    if login is None:
        return _wait(file, error)
    if login.state != Credential.State.BLOCKED and second_chance(login, file.pk):
        return _wait_in_doubt(file, login)
    block(login, error.reason)
    file.let_go(after=IN_A_MOMENT, **FoundFile.reason.columns(error.reason))
    return error.sentence


def _wait_in_doubt(file: FoundFile, login: Credential) -> str:
    """That is no try of this picture, and nothing is wrong with it."""
    row = login_doubts.doubt(login)
    told = login_doubts.told(row) if row else None
    file.let_go(after=login_doubts.left(row) if row else IN_A_MOMENT, **FoundFile.reason.columns(told))
    return str(told or "")


def _wait(file: FoundFile, error: OutsideError) -> str:
    told = error.retry_after if isinstance(error, Unavailable) else None
    tries = file.tries + (not isinstance(error, RateLimited))
    columns = FoundFile.reason.columns(error.reason)
    file.let_go(after=max(told or 0, backoff(file.tries)), tries=tries, **columns)
    return error.sentence
