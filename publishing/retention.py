"""The bytes of pictures: only while they are needed (`Manifest.retention`)."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from django.conf import settings

from media.models import Asset
from poster.retention import is_old
from publishing.delivery.cleanup import drop_finished
from publishing.models import Delivery
from watches.models import FoundFile

SPOOLED = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
HALF_WRITTEN = dt.timedelta(days=1)  # a file of the spool that belongs to no row may still be about to


def pictures() -> int:
    """What is published or given up, and files that nothing needs."""
    gone = 0
    while dropped := drop_finished():
        gone += dropped
    return gone + _stray_files()


def _stray_files() -> int:
    """Files in the spool whose row is gone or says that it has none."""
    folder = Path(settings.SPOOL)
    gone = 0
    for file in folder.glob("*") if folder.is_dir() else ():
        named = SPOOLED.match(file.name)
        if named and is_old(file, HALF_WRITTEN) and not _needed(named[1], file.name):
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def _needed(key: str, name: str) -> bool:
    coming = FoundFile.objects.filter(pk=key, state__in=FoundFile.State.coming())
    held = Asset.objects.filter(pk=key)
    if not name.endswith(".thumb.jpg"):
        held = held.filter(in_spool=True)
    return held.exists() or coming.exists() or Delivery.objects.unfinished().filter(pk=key).exists()
