"""A small picture of an asset whose bytes we do not hold, for the person who looks at it, from wherever it lies.

An app that can show assets answers the question `SHOWN`: a function that is given the asset, a file, and the seconds
that there are. It writes a picture of any kind and size into that file and returns True, or AS_SENT where that is what
was made of the asset for a post; False when it has nothing to do with this asset. It raises `CannotShow` with what
people are told. It reads, and nothing else: it renews and blocks no login, counts nothing as a failure, and writes
nothing about the asset.

The lowest app is asked first: where the picture comes from, then where it was shown. What they bring is made small in a
child process. None of it is kept, nor laid down on a disk where the system can do without.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from media import blobs
from media.images import FOR_MODEL, BadPicture, Limits, small_bytes
from media.models import Asset, Blob
from media.reasons import LoginShut, NothingToShow, NotNow, NotShown, OneAtATime
from poster.errors import OutsideError, Refused, Suspended, Unauthorized
from poster.manifests import asked

SHOWN = "media.shown"  # (asset, file, seconds) -> whether a picture of it was written there
AS_SENT = "as sent"  # cropped, and made to fit
SECONDS = 8.0  # for one picture
AT_ONCE = 2  # of a process, which has few threads for everybody
MOST_BYTES = 48 * 2**20  # of what is made small

_places = threading.BoundedSemaphore(AT_ONCE)


class CannotShow(Exception):
    """There is a picture, and it cannot be had."""

    def __init__(self, reason: NotShown) -> None:
        super().__init__(reason)
        self.reason = reason


def because(error: OutsideError, refused: NotShown) -> CannotShow:
    """What an error from outside means for who looks. `refused`: where they understood, and said no."""
    if isinstance(error.reason, NotShown):
        return CannotShow(error.reason)
    if isinstance(error, Unauthorized):
        return CannotShow(LoginShut())
    lasting = isinstance(error, Refused) and not isinstance(error, Suspended)
    return CannotShow(refused if lasting else NotNow())


def small(asset: Asset) -> tuple[bytes, bool]:
    """A JPEG of at most 480 pixels; and whether it is not the asset itself, but as it was sent. Raises CannotShow."""
    with _one_place():
        return _from_anybody(asset)


def large(asset: Asset) -> bytes:
    """A JPEG of at most 1024 pixels, of what we hold: nobody outside is asked. b"" where we hold nothing.

    Raises CannotShow, and Unavailable where the bytes lie.
    """
    rows = Blob.objects.filter(owner=asset.owner_id, asset=asset)
    purposes = (Blob.Purpose.FOR_MODEL, Blob.Purpose.ORIGINAL)  # the copy is smaller: it is there sooner
    for blob in (rows.filter(purpose=each).order_by("created_at").last() for each in purposes):
        if blob is None or not blobs.is_there(blob):
            continue
        with _one_place(), blobs.storage(blob.place).local(blob.key) as path:
            try:
                return small_bytes(path, asset.name, Limits(seconds=SECONDS), FOR_MODEL)
            except BadPicture as error:
                raise CannotShow(NothingToShow()) from error
    return b""


def small_of(show: Callable[[BinaryIO, float], None], name: str) -> bytes:
    """The same of a picture that is nobody's asset yet: `show` writes it, as the answers to `SHOWN` do."""
    until = time.monotonic() + SECONDS
    with _one_place(), _in_memory() as (file, path):
        show(file, SECONDS)
        file.flush()
        try:
            return small_bytes(path, name, Limits(seconds=max(until - time.monotonic(), 1)))
        except BadPicture as error:
            raise CannotShow(NothingToShow()) from error


@contextmanager
def _one_place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise CannotShow(OneAtATime())
    try:
        yield
    finally:
        _places.release()


def _from_anybody(asset: Asset) -> tuple[bytes, bool]:
    until = time.monotonic() + SECONDS
    they, told = asked(SHOWN), list[NotShown]()
    for place, show in enumerate(they):
        try:
            with _in_memory() as (file, path):
                if found := show(asset, file, (until - time.monotonic()) / (len(they) - place)):
                    file.flush()
                    limits = Limits(seconds=max(until - time.monotonic(), 1))
                    return small_bytes(path, asset.name, limits), found == AS_SENT
        except CannotShow as cannot:
            told.append(cannot.reason)
        except BadPicture:
            told.append(NotNow())
    raise CannotShow(worth_telling(told) if told else NothingToShow())


def worth_telling(told: Sequence[NotShown]) -> NotShown:
    """What a person can change; then what may pass by itself; then what was said first."""
    return min(told, key=lambda reason: (not isinstance(reason, LoginShut), not reason.again))


@contextmanager
def _in_memory() -> Iterator[tuple[BinaryIO, Path]]:
    """An empty file, and where a child process of ours finds it. Gone with the block, and no disk has seen it."""
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("picture"), "w+b") as file:  # noqa: PTH123 - a descriptor
            yield file, Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        return
    with tempfile.NamedTemporaryFile() as draft:
        yield cast(BinaryIO, draft), Path(draft.name)
