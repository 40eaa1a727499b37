"""Everything about one person as one zip: machine-readable JSON, the media that we still hold, and a README.

Article 15 and 20 GDPR. Streamed: neither the rows nor the bytes are ever in memory as a whole. No secret is in it
(sealed columns, and what `operations.privacy.inventory` names), and nobody else's rows.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ManyToManyField, Model, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import User
from media import blobs
from media.models import Blob
from media.storage import Missing
from operations.privacy.inventory import kinds
from operations.reasons import CopyTaken, FileThere
from poster import clock
from poster.ledger import security_log
from poster.manifests import Personal
from poster.permissions import Caller, NotPossible, require_self
from poster.reasons.fields import reasons_of
from poster.secrets.fields import SealedField
from poster.work import space

CHUNK = 256 * 1024
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic", "image/gif": ".gif"}

NAMES: dict[str, str] = {
    Blob.Purpose.ORIGINAL: "",
    Blob.Purpose.RENDITION: "outgoing-",
    Blob.Purpose.THUMBNAIL: "small-",
}


class _Pipe(io.RawIOBase):
    """What the zip writes into and the stream takes out of."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - a buffer
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        taken, self.waiting = bytes(self.waiting), bytearray()
        return taken


def stream(person: User, *, by: Caller, request: HttpRequest | None = None) -> Iterator[bytes]:
    """The zip, piece by piece. That it was taken is written into the security log, before the first piece."""
    require_self(person, by)
    security_log.record(security_log.Kind.EXPORT, CopyTaken(), person=person.pk, request=request)
    return _pieces(person)


def write(person: User, to: Path | None = None, *, by: Caller) -> Path:
    """The zip as a file that nobody else on this machine may read. Raises NotPossible when there is one already."""
    require_self(person, by)
    if not (room := space.room()).holds():
        raise NotPossible(room.reason)
    path = to or Path(settings.VAR) / "exports" / file_name(person)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise NotPossible(FileThere(path=str(path))) from error
    with os.fdopen(handle, "wb") as file:
        file.writelines(stream(person, by=by))
    return path


def file_name(person: User) -> str:
    """Says when, and not who in words: file names end up in many places."""
    return f"ai-poster-{clock.now():%Y-%m-%d-%H%M%S}-{person.pk}.zip"


def _pieces(person: User) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme(person))
        for kind in kinds():
            with archive.open(f"data/{kind.name}.json", "w", force_zip64=True) as file:
                for _ in _write_rows(file, kind, person):
                    yield pipe.take()
        for blob in _media(person):
            for _ in _write_bytes(archive, blob):
                yield pipe.take()
    yield pipe.take()


def _media(person: User) -> Iterator[Blob]:
    """What we hold now: pictures as they came, and as they are to go out; the small copy, where it alone is here."""
    mine = Blob.objects.filter(owner=person)
    originals = mine.filter(purpose=Blob.Purpose.ORIGINAL)
    small = Q(purpose=Blob.Purpose.THUMBNAIL) & ~Q(asset__in=originals.order_by().values("asset"))
    shown = mine.filter(Q(purpose__in=[Blob.Purpose.ORIGINAL, Blob.Purpose.RENDITION]) | small)
    return shown.order_by("pk").iterator(chunk_size=500)


def _write_bytes(archive: zipfile.ZipFile, blob: Blob) -> Iterator[None]:
    ending = ENDINGS.get(blob.mime, "")
    name = f"{NAMES[blob.purpose]}{blob.asset_id if blob.purpose != Blob.Purpose.RENDITION else blob.pk}{ending}"
    try:
        source = blobs.storage(blob.place).open(blob.key)
    except Missing:  # its row is still there; its bytes went, or will be got again
        return
    with source, archive.open(f"media/{name}", "w", force_zip64=True) as file:
        while piece := source.read(CHUNK):
            file.write(piece)
            yield


def _write_rows(file: IO[bytes], kind: Personal, person: User) -> Iterator[None]:
    between = "[\n"
    rows = kind.rows(person)
    lists = (Prefetch(many.name, _keys(many)) for many in _lists(rows.model))
    for row in rows.prefetch_related(*lists).iterator(chunk_size=500):
        text = json.dumps(described(row, kind, person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        file.write((between + text).encode())
        between = ",\n"
        yield
    file.write(b"\n]\n" if between == ",\n" else b"[]\n")
    yield


def described(row: Model, kind: Personal, person: User) -> dict[str, Any]:
    """One row, without what is secret. Other people are not named: only whether it was oneself."""
    told: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        if isinstance(column, SealedField) or column.name in kind.without:
            continue
        value = getattr(row, column.attname)
        if column.related_model is User and value != person.pk:
            value = None
        told[column.name] = value
    for name in reasons_of(type(row)):  # in words, beside its code
        told[name] = str(getattr(row, name) or "")
    if kind.also:
        told[kind.also] = getattr(row, kind.also)
    for many in _lists(type(row)):
        told[many.name] = [str(other.pk) for other in getattr(row, many.name).all()]
    return told


def _lists(model: type[Model]) -> list[ManyToManyField[Any, Any]]:
    """Its mere lists of others; a table of ours in between is a kind of its own."""
    return [
        many
        for many in model._meta.many_to_many
        if isinstance(many, ManyToManyField) and (through := many.remote_field.through) and through._meta.auto_created
    ]


def _keys(many: ManyToManyField[Any, Any]) -> QuerySet[Model]:
    others: type[Model] = many.related_model
    return others._default_manager.only("pk")


def readme(person: User) -> str:
    """What is in the zip, for people."""
    files = "\n".join(f"data/{kind.name + '.json':<24}{kind.sentence}" for kind in kinds())
    told = {"email": person.email, "when": date_format(clock.now(), "d F Y, H:i"), "files": files}
    return (
        "\n\n".join(part % told for part in (_title(), _about_files(), "%(files)s", _about_media(), _left_out())) + "\n"
    )


def _title() -> str:
    return gettext("Everything that this install of ai-poster holds about %(email)s\nTaken %(when)s UTC")


def _about_files() -> str:
    return gettext(
        'Each file in data/ is JSON (UTF-8): a list of rows. "id" names a row, and other rows name it by that; times '
        "are ISO 8601\nin UTC. A file with [] says that there is nothing of that kind."
    )


def _about_media() -> str:
    return gettext(
        "media/  The pictures that are held at this moment: named by the id in pictures.json, and outgoing-... by the "
        "id in\n        stored_files.json. Pictures are kept only until they are published, so this is often empty. "
        "The originals are\n        where they came from: in your Drive or folder. small-... is the small copy of a "
        "picture, where nothing else of it is here."
    )


def _left_out() -> str:
    return gettext(
        "What is not in it, on purpose: your password (only a checksum of it is kept), tokens and keys (they would let "
        "anybody\nact for you), and the names of other people."
    )
