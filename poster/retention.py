"""What is kept no longer than so: the foundation's own, and what the others' rules stand on (`Manifest.retention`)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from poster import clock
from poster.config import log_files
from poster.ledger.erasure_permits import allowed
from poster.models import Event

BATCH = 500


def delete(rows: QuerySet[Any]) -> int:
    """How many rows of this kind went (what hangs on them is not counted)."""
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def old_files(folder: str, days: int) -> int:
    """Files and folders of `VAR/folder` that are older than so many days: they go. Returns how many."""
    old = [file for file in (Path(settings.VAR) / folder).glob("*") if is_old(file, dt.timedelta(days=days))]
    for file in old:
        _remove(file)
    return len(old)


def is_old(file: Path, span: dt.timedelta) -> bool:
    return clock.now().timestamp() - file.stat().st_mtime > span.total_seconds()


def logs() -> int:
    return log_files.rotate(Path(settings.VAR) / "logs", days=settings.LOG_DAYS)


def mails() -> int:
    """Mails that were written as files."""
    return old_files("mail", settings.MAIL_DAYS)


def events() -> int:
    """Lines of the security log. Each is allowed to go by its own id, so the chain can still be followed."""
    old = Event.objects.filter(created_at__lt=clock.now() - dt.timedelta(days=settings.SECURITY_LOG_DAYS))
    gone = 0
    while keys := list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        with allowed(keys):
            Event.objects.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def _remove(file: Path) -> None:
    """A file, or a folder of files."""
    if file.is_dir():
        for inner in file.iterdir():
            _remove(inner)
        file.rmdir()
    else:
        file.unlink(missing_ok=True)
