"""Where bytes are: free space, the database, pictures that are held. Counted now and then, for tables are long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Sum

from media.models import Blob
from poster.work import space
from poster.work.space import Room

KEY = "storage-held"
KEPT = 300  # seconds that a count is kept for


@dataclass(frozen=True, slots=True)
class Held:
    """Pictures for one purpose: how many files, and their bytes."""

    label: str
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes, but for `held`. `room`: None where the disk does not say."""

    room: Room | None
    database: int
    held: list[Held]

    @property
    def pictures(self) -> int:
        return sum(each.size for each in self.held)


def storage() -> Storage:
    """As it is now; the pictures as they were within the last minutes."""
    try:
        room = space.room()
    except OSError:
        room = None
    return Storage(room, _database(), _held())


def _database() -> int:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    name = str(connection.settings_dict["NAME"])
    files = [Path(name + end) for end in ("", "-wal", "-shm")]
    return sum(file.stat().st_size for file in files if file.is_file())


def _held() -> list[Held]:
    kept: list[tuple[str, int, int]] | None = cache.get(KEY)
    if kept is None:
        rows = Blob.objects.order_by("purpose").values("purpose").annotate(number=Count("pk"), bytes=Sum("size"))
        kept = [(row["purpose"], row["number"], row["bytes"] or 0) for row in rows]
        cache.set(KEY, kept, KEPT)
    labels = dict(Blob.Purpose.choices)
    return [Held(str(labels.get(purpose, purpose)), number, size) for purpose, number, size in kept]
