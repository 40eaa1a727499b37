"""What is held of one person's pictures besides the originals: for the limit of bytes (`watches.limits`)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from publishing.models import Delivery


def besides_originals(owner_id: UUID) -> int:
    """Bytes: pictures as they are to go out, and copies of all data that wait to be taken."""
    rows = Delivery.objects.filter(owner_id=owner_id).unfinished().exclude(renditions=[])
    made: int = sum(each["bytes"] for renditions in rows.values_list("renditions", flat=True) for each in renditions)
    copies = (Path(settings.VAR) / "exports").glob(f"*-{owner_id}.zip")
    return made + sum(copy.stat().st_size for copy in copies)
