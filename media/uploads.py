"""Pictures that a person sends from their browser, in pieces: what has come stays, whatever becomes of the rest.

    begin → Upload      put(piece), as often as it takes → Asset

A piece names the byte that it begins at. One that comes twice changes nothing; one that comes too early is told where
to go on. The same file begun again, in another tab or after a day without network, goes on where it has ended. When all
of it is there, it is looked at in a child process, and kept without what it tells of places and cameras.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts import allowances
from accounts.models import User
from media import blobs
from media.images import BadPicture, Picture
from media.intake import take_in_clean
from media.models import UPLOADED, Asset, Blob, Upload
from media.pictures.values import called
from media.reasons import Empty, LibraryFull, TooManyAtOnce, TooManyMegabytes, UploadOver
from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner, require_self
from poster.work import space

MB = 2**20
PIECE = 2 * MB  # what a browser sends at once: proxies let a megabyte or two pass as they are set up
MOST_BYTES = 50 * MB  # no platform takes a picture near this
MOST_AT_ONCE = 200  # files of one person that are on their way
KEPT = dt.timedelta(days=1)  # after the last piece


@dataclass(frozen=True, slots=True)
class Come:
    """A whole file. `again`: it was uploaded before, and this is what there is of it."""

    asset: Asset
    again: bool = False


def begin(person: User, *, name: str, size: int, mark: str, by: Caller) -> Upload:
    """The row of a file that they are about to send, or had begun to. `size` in bytes; `mark`: see `Upload`.

    Raises NotPossible for what would not be taken anyway: too large, empty, no room for it.
    """
    require_self(person, by, Scope.DRAFT)
    shown = called(name)
    if size <= 0:
        raise NotPossible(Empty(name=shown))
    if size > MOST_BYTES:
        raise NotPossible(TooManyMegabytes(name=shown, most=MOST_BYTES // MB))
    until = clock.now() + KEPT
    mine = Upload.objects.filter(owner=person)
    if known := mine.filter(mark=mark, size=size).first():
        return known
    _check_room(person, size)
    if mine.count() >= MOST_AT_ONCE:
        raise NotPossible(TooManyAtOnce(most=MOST_AT_ONCE))
    started = {"name": name, "size": size, "received": 0, "until": until}
    return Upload.objects.update_or_create(owner=person, mark=mark, defaults=started)[0]


def _check_room(person: User, size: int) -> None:
    try:
        space.check(size)
    except space.NoRoom as full:
        raise NotPossible(full.reason) from full
    most = allowances.held_bytes(person)
    held = Blob.objects.filter(owner=person).aggregate(all=Sum("size"))["all"] or 0
    if not settings.PRACTICE and held + size > most:
        raise NotPossible(LibraryFull(most=space.gb(most)))


def put(upload: Upload, piece: bytes, *, at: int, by: Caller) -> Come | None:
    """Write this piece. None: more is to come, from `upload.received` on. When it was the last: what came of it.

    Raises NotPossible with what is wrong with the whole; then nothing of it is kept. Raises OutsideError when it cannot
    be looked at now: the last piece may be sent again.
    """
    require_owner(upload, by, Scope.DRAFT)
    if at == upload.received and piece and not _write(upload, piece[: upload.size - at], at):
        return _elsewhere(upload)
    return _finished(upload) if upload.received == upload.size else None


def cancel(upload: Upload, *, by: Caller) -> None:
    """They do not want it any more."""
    require_owner(upload, by, Scope.DRAFT)
    _drop(upload)


def of(person: User, key: UUID) -> Upload:
    """One of theirs. Raises NotPossible when it is over."""
    found = Upload.objects.filter(pk=key, owner=person).first()
    if found is None:
        raise NotPossible(UploadOver())
    return found


def clear_away() -> int:
    """What nobody went on with (`Manifest.retention`), and pieces that no row names. How many."""
    over = list(Upload.objects.filter(until__lt=clock.now()))
    for upload in over:
        _drop(upload)
    files = list(_folder().iterdir())  # before their rows: what is begun in between has one
    named = {str(key) for key in Upload.objects.values_list("pk", flat=True)}
    strays = [file for file in files if file.name not in named]
    for file in strays:
        file.unlink(missing_ok=True)
    return len(over) + len(strays)


def remove(batch: list[Upload]) -> None:
    """With their person."""
    for upload in batch:
        _drop(upload)


def _folder() -> Path:
    folder = Path(settings.VAR) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(upload: Upload) -> Path:
    return _folder() / str(upload.pk)


def _write(upload: Upload, piece: bytes, at: int) -> bool:
    """The bytes first. Of two tabs that send the same, one is counted, and both have written the same.

    False when the upload is over by now.
    """
    handle = os.open(_path(upload), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, piece, at)
    finally:
        os.close(handle)
    mine = Upload.objects.filter(pk=upload.pk)
    mine.filter(received=at).update(received=at + len(piece), until=clock.now() + KEPT)
    received = mine.values_list("received", flat=True).first()
    upload.received = received or 0
    return received is not None


def _finished(upload: Upload) -> Come:
    try:
        with blobs.scratch(upload.pk) as folder:
            copy = folder / "upload"
            os.link(_path(upload), copy)
            asset = Asset(pk=upload.pk, owner_id=upload.owner_id, name=upload.name)
            picture, laid = take_in_clean(copy, asset)
            come = _kept(asset, picture, laid)
    except BadPicture as error:
        if not error.may_pass:
            _drop(upload)
        raise NotPossible(error.reason) from error
    except FileNotFoundError:
        return _elsewhere(upload)
    _drop(upload)
    return come


def _kept(asset: Asset, picture: Picture, laid: list[Blob]) -> Come:
    original = laid[0]
    files = [(blob.place, blob.key) for blob in laid]
    for name in ("mime", "width", "height", "taken_on", "impression", "fingerprint", "ai_mark", "doubt"):
        setattr(asset, name, getattr(picture, name))
    asset.origin, asset.sha256, asset.size = UPLOADED, original.sha256, original.size
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
            blobs.replace(laid)
    except IntegrityError:  # asset_once_uploaded; or another tab has finished the same upload
        blobs.delete(files)
        known = Asset.objects.filter(owner=asset.owner_id, sha256=asset.sha256, origin=UPLOADED).first()
        if known is None:
            raise
        return Come(known, again=known.pk != asset.pk)
    return Come(asset)


def _elsewhere(upload: Upload) -> Come:
    """Another tab has finished it in this moment."""
    known = Asset.objects.filter(pk=upload.pk, owner=upload.owner_id).first()
    if known is None:
        _drop(upload)
        raise NotPossible(UploadOver())
    return Come(known)


def _drop(upload: Upload) -> None:
    _path(upload).unlink(missing_ok=True)
    Upload.objects.filter(pk=upload.pk).delete()
