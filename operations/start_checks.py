"""What every start and every `work` looks at before anything is done: files, triggers, and whether this is a copy.

What can be mended is mended, and said aloud: a line for the terminal for each thing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from operations.backups import restored_copy
from operations.reasons import TriggersMended
from poster.config import files
from poster.database import trigger_sync
from poster.database.trigger_sync import How
from poster.ledger import security_log

log = logging.getLogger(__name__)
TIGHTENED = "Others on this machine could look into {number} of our files: {names}. They are for us alone now."
FOREIGN = "These files in {var} belong to somebody else on this machine: {names}. Give them to our user (chown)."
MENDED = "Triggers of the database were missing or changed, and are put back: {names}. Run `manage.py audit_verify`."
NOT_OURS = "Triggers that are not ours are on our tables: {names}. Nothing is published until you have removed them."
PUT_BACK = (
    "This is a copy of the install as of {restore} ({sign}). Nothing is published: we ask every channel what it shows "
    "since then. How far it is, and your yes: the front page, or `manage.py restore`."
)


class CannotStart(Exception):
    """`str(error)` says why, and what to do."""


def tighten() -> list[str]:
    """Files first: before a database is opened, or a key read for longer than its name."""
    var = Path(settings.VAR)
    found = files.tighten(var) + _key_file(var)
    lines = list(_told(found, var))
    for line in lines:
        log.warning(line)
    return lines


def ready() -> list[str]:
    """Once the database is migrated."""
    return [*mend(), *_notice()]


def _key_file(var: Path) -> list[files.Loose]:
    """It may lie elsewhere, and is ours all the same."""
    file = Path(settings.KEY_FILE).resolve()
    if settings.CREDENTIAL_KEYS or var in file.parents or not file.is_file():
        return []
    return files.tighten_file(file)


def _told(found: list[files.Loose], var: Path) -> Iterator[str]:
    ours = [each for each in found if not each.foreign]
    theirs = [each for each in found if each.foreign]
    if ours:
        yield TIGHTENED.format(number=len(ours), names=files.told(ours, var))
    if theirs:
        yield FOREIGN.format(var=var, names=files.told(theirs, var))


def mend() -> Iterator[str]:
    """Triggers that were taken away."""
    if mended := trigger_sync.mend(connection):
        line = MENDED.format(names=", ".join(each.name for each in mended))
        log.warning(line)
        security_log.record(security_log.Kind.OPERATION, TriggersMended(names=tuple(each.name for each in mended)))
        yield line
    foreign = [each.name for each in trigger_sync.differences(connection) if each.how is How.FOREIGN]
    if foreign:
        yield NOT_OURS.format(names=", ".join(foreign))


def _notice() -> Iterator[str]:
    restored_copy.notice()
    if now := restored_copy.told():
        yield PUT_BACK.format(restore=now.restore, sign=now.restore.get_sign_display())
