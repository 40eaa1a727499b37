"""What a worker left that was killed between a file and its row: files that no row names, rows without their file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet

from media import blobs
from media.models import Blob
from media.storage import STORAGES
from poster import clock
from poster.errors import Unavailable
from poster.manifests import origins
from poster.retention import old_files
from poster.work import mishaps

ABOUT_TO = dt.timedelta(days=1)  # so long a row may still be about to name a file
BATCH = 500


def sweep() -> int:
    """Once a day (`Manifest.retention`). How many files, rows and folders in the making went."""
    return strays() + lost() + old_files("scratch", ABOUT_TO.days)


def strays() -> int:
    """Files that no row names, a day after they were put."""
    gone = 0
    for place in STORAGES:
        for keys in _old_ones(place):
            named = set(Blob.objects.filter(place=place, key__in=keys).values_list("key", flat=True))
            gone += sum(_deleted(place, key) for key in keys if key not in named)
    return gone


def _old_ones(place: str) -> Iterator[list[str]]:
    before = clock.now() - ABOUT_TO
    keys = [lying.key for lying in blobs.storage(place).lying() if lying.since < before]
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


def _deleted(place: str, key: str) -> bool:
    try:
        blobs.storage(place).delete(key)
    except Unavailable as error:
        mishaps.tell(error, "A file that nothing needs cannot be deleted")
        return False
    return True


def lost() -> int:
    """Rows without their file, where whoever needs the bytes makes them again or gets them again."""
    rows = Blob.objects.exclude(pk__in=only_copies().values("pk"))
    return sum(blobs.forget_row(blob) for blob in rows.order_by().iterator(chunk_size=BATCH) if _is_lost(blob))


def lost_only_copies() -> list[Blob]:
    """Of what was uploaded: nobody can bring it again, so its row stays, and its operator is told."""
    return [blob for blob in only_copies().select_related("asset").iterator(chunk_size=BATCH) if _is_lost(blob)]


def only_copies() -> QuerySet[Blob]:
    """Originals that nobody else has."""
    return Blob.objects.filter(purpose=Blob.Purpose.ORIGINAL).exclude(asset__origin__in=list(origins()))


def _is_lost(blob: Blob) -> bool:
    """A storage that does not answer has lost nothing."""
    try:
        return not blobs.is_there(blob)
    except Unavailable:
        return False
