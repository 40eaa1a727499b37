"""What is held of one person besides their pictures: for the limit of bytes (`watches.limits`)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings


def of_copies(owner_id: UUID) -> int:
    """Bytes of copies of all their data that wait to be taken."""
    copies = (Path(settings.VAR) / "exports").glob(f"*-{owner_id}.zip")
    return sum(copy.stat().st_size for copy in copies)
