"""What is kept no longer than it must be: once a day by the rounds, or by `manage.py retire`.

Each app says what, and how long (`Manifest.retention`); the privacy page reads the same.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection
from django.utils.translation import ngettext
from django_q.models import Task

from operations.reasons import TimeIsOver
from poster import clock
from poster.database import upkeep, word_index
from poster.ledger import security_log
from poster.manifests import Retention, found, manifests
from poster.reasons import Term
from poster.retention import delete, old_files
from poster.work import cooldowns


def rules() -> list[Retention]:
    """Those of all apps."""
    return [each for manifest in manifests() for each in manifest.retention]


def retire() -> dict[str, int]:
    """Let go of everything whose time is over. {name of the rule: how many}."""
    gone = {rule.name: int(found(rule.retire)()) for rule in rules()}
    if any(gone.values()):
        told = {name: number for name, number in gone.items() if number}
        fact = TimeIsOver(things=tuple(Term(f"kept.{name}") for name in told), numbers=tuple(told.values()))
        security_log.record(security_log.Kind.OPERATION, fact)
    return gone


def daily() -> str:
    """For the rounds: a sentence."""
    cooldowns.forget()
    upkeep.optimize()
    gone = sum(retire().values())
    word_index.forget(connection)
    return ngettext("%d thing went: its time was over.", "%d things went: their time was over.", gone) % gone


def exports() -> int:
    """Copies of a person's data that the operator had written on the server."""
    return old_files("exports", settings.EXPORT_DAYS)


def backups() -> int:
    return old_files("backups", settings.BACKUP_DAYS)


def tasks() -> int:
    """Notes of the queue about what it did."""
    return delete(Task.objects.filter(stopped__lt=clock.now() - dt.timedelta(days=2)))
