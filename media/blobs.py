"""The bytes that we hold, each with its row (`media.models.Blob`): laid down, kept, deleted.

First the file lies there, then its row says so; deleting takes the file first. Killed in between, a file is left that
no row names, or a row that names a file in vain: `media.sweeping` takes both out, and whoever needs the bytes before
that makes them again, or gets them again. No file is put, read or deleted inside a transaction.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from media.models import Blob
from media.reasons import BytesMissing
from media.storage import STORAGES, Missing, Storage
from poster.errors import Unavailable

HERE = "disk"  # where new bytes are put
IDENTITY = ("owner_id", "asset_id", "purpose", "recipe")
CONTENT = ("sha256", "mime", "size", "facts", "place", "key")


def storage(place: str = HERE) -> Storage:
    """The one that a blob names."""
    return STORAGES[place](str(settings.SPOOL))


@contextmanager
def scratch(asset_id: UUID) -> Iterator[Path]:
    """An empty folder of this machine for files in the making, gone afterwards; a killed worker's goes after a day."""
    with tempfile.TemporaryDirectory(prefix=f"{asset_id}-", dir=_making()) as folder:
        yield Path(folder)


def nameless() -> IO[bytes]:
    """A file of this machine in the making, gone when it is closed, or with its worker."""
    return tempfile.TemporaryFile(dir=_making())


def _making() -> Path:
    top = Path(settings.VAR) / "scratch"
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    return top


# --- laid down, and kept


def lay(path: Path, blob: Blob) -> Blob:
    """Put the file where new bytes lie; the row is filled, and not saved: `keep` or `replace` does. Raises Unavailable.

    By chance, and not by what it is: no key is ever used twice, not even by a database that was put back.
    """
    blob.size, blob.place = path.stat().st_size, HERE
    blob.key = f"{blob.asset_id}-{blob.purpose}-{secrets.token_hex(8)}"
    storage().put(path, blob.key)
    return blob


def keep(laid: Blob, instead_of: Blob | None = None) -> Blob:
    """The row of what was laid down, or of what another worker had laid down before; then ours is deleted.

    `instead_of`: the row whose file is not there any more. Raises Unavailable when nothing of the asset is kept now.
    """
    kept = _swapped(laid, instead_of) if instead_of else _inserted(laid)
    if kept:
        return laid
    storage(laid.place).delete(laid.key)
    other = Blob.objects.filter(**_identity(laid)).first()
    if other is None:
        raise Unavailable(BytesMissing())
    return other


def keep_all(laid: Sequence[Blob]) -> list[Blob]:
    """The same for several of which nothing was known: together, or each by itself where somebody was faster."""
    try:
        with transaction.atomic():
            Blob.objects.bulk_create(laid)
    except IntegrityError:
        return [keep(each) for each in laid]
    return list(laid)


def _inserted(laid: Blob) -> bool:
    try:
        with transaction.atomic():
            laid.save(force_insert=True)
    except IntegrityError:  # blob_once, or its asset is gone
        return False
    return True


def _swapped(laid: Blob, instead_of: Blob) -> bool:
    values = {name: getattr(laid, name) for name in CONTENT}
    laid.pk = instead_of.pk
    return bool(Blob.objects.filter(pk=instead_of.pk, key=instead_of.key).update(**values))


def replace(laid: Iterable[Blob]) -> list[tuple[str, str]]:
    """Inside the transaction of whoever alone may say so: these are the asset's now. What to `delete` after it."""
    made = list(laid)
    before = [row for blob in made for row in Blob.objects.filter(**_identity(blob)).values_list("place", "key")]
    Blob.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["owner", "asset", "purpose", "recipe"],
        update_fields=list(CONTENT),
    )
    return before


def _identity(blob: Blob) -> dict[str, object]:
    return {name: getattr(blob, name) for name in IDENTITY}


# --- looked at


def is_there(blob: Blob) -> bool:
    """Whether its bytes lie where its row says. Raises Unavailable when nobody can tell."""
    return storage(blob.place).exists(blob.key)


def is_whole(blob: Blob) -> bool:
    """Whether they are the very bytes that its row says; all of them are read."""
    try:
        with storage(blob.place).open(blob.key) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == blob.sha256
    except Missing:
        return False


# --- deleted


def drop(rows: Iterable[Blob]) -> int:
    """The files, then their rows. All that can be deleted; then raises Unavailable of the first that cannot."""
    failed: Unavailable | None = None
    dropped = 0
    for blob in rows:
        try:
            storage(blob.place).delete(blob.key)
        except Unavailable as error:
            failed = failed or error
            continue
        dropped += forget_row(blob)
    if failed:
        raise failed
    return dropped


def forget_row(blob: Blob) -> int:
    """Its row, when it still names that file. How many."""
    return Blob.objects.filter(pk=blob.pk, key=blob.key).delete()[0]


def delete(places: Iterable[tuple[str, str]]) -> None:
    """Files that no row names (any more): (place, key)."""
    for place, key in places:
        storage(place).delete(key)


def forget(asset_id: UUID) -> None:
    """All bytes of an asset for good, also what a killed worker left: in the making, or laid down without a row."""
    drop(Blob.objects.filter(asset=asset_id))
    for place in STORAGES:
        delete((place, lying.key) for lying in storage(place).lying(f"{asset_id}-"))
    for folder in (Path(settings.VAR) / "scratch").glob(f"{asset_id}-*"):
        shutil.rmtree(folder, ignore_errors=True)
