"""What is kept no longer than it must be: once a day by the rounds, or by `manage.py retire`.

Each line of `RULES` is one kind of thing, with the setting that says how long; the privacy page reads the same table.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import ngettext, ngettext_lazy
from django_q.models import Task

from accounts.models import Flow, Invitation, Request
from accounts.rights import requesting
from poster import clock
from poster.config import log_files
from poster.database import upkeep
from poster.ledger import auditing
from poster.ledger.forgetting import allowed
from poster.models import Event
from poster.web import laid_by
from poster.work import resting
from publishing.delivery.finishing import drop_finished
from publishing.models import Delivery
from watches.models import Asset

BATCH = 500
SPOOLED = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
HALF_WRITTEN = dt.timedelta(days=1)  # a file of the spool that belongs to no row may still be about to


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing. `kept`: for how long, in words, from the settings. `retire` returns how many went.

    `counted`: so many of them, in words.
    """

    name: str
    counted: Any
    sentence: str
    kept: Callable[[], str]
    retire: Callable[[], int]


def retire() -> dict[str, int]:
    """Let go of everything whose time is over. {name of the rule: how many}."""
    gone = {rule.name: rule.retire() for rule in RULES}
    if any(gone.values()):
        told = ", ".join(rule.counted % gone[rule.name] for rule in RULES if gone[rule.name])
        auditing.record(auditing.Kind.OPERATION, f"Its time is over, so it went: {told}.")
    return gone


def daily() -> str:
    """For the rounds: a sentence."""
    resting.forget()
    upkeep.optimize()
    gone = sum(retire().values())
    return ngettext("%d thing went: its time was over.", "%d things went: their time was over.", gone) % gone


def _pictures() -> int:
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
        if named and _is_old(file, HALF_WRITTEN) and not _needed(named[1], file.name):
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def _needed(key: str, name: str) -> bool:
    if name.endswith(".thumb.jpg"):
        return Asset.objects.filter(pk=key).exists()
    held = Asset.objects.filter(pk=key).filter(
        Q(in_spool=True) | Q(state__in=[Asset.State.FOUND, Asset.State.INCOMPLETE])
    )
    return held.exists() or Delivery.objects.unfinished().filter(pk=key).exists()


def _logs() -> int:
    return log_files.rotate(Path(settings.VAR) / "logs", days=settings.LOG_DAYS)


def _files(folder: str, days: int) -> int:
    old = [file for file in (Path(settings.VAR) / folder).glob("*") if _is_old(file, dt.timedelta(days=days))]
    for file in old:
        _remove(file)
    return len(old)


def _remove(file: Path) -> None:
    """A file, or a folder of files."""
    if file.is_dir():
        for inner in file.iterdir():
            _remove(inner)
        file.rmdir()
    else:
        file.unlink(missing_ok=True)


def _is_old(file: Path, span: dt.timedelta) -> bool:
    return clock.now().timestamp() - file.stat().st_mtime > span.total_seconds()


def _sessions() -> int:
    """Sessions that ran out, and what is known about sessions that are no more."""
    before = Session.objects.count()
    SessionStore.clear_expired()
    gone, _ = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return before - Session.objects.count() + int(gone)


def _invitations() -> int:
    """Used ones, and those that ran out: a month later, so that it can be seen what became of them."""
    before = clock.now() - dt.timedelta(days=30)
    return _delete(Invitation.objects.filter(Q(used_at__lt=before) | Q(used_at=None, expires_at__lt=before)))


def _flows() -> int:
    return _delete(Flow.objects.filter(created_at__lt=clock.now() - dt.timedelta(hours=1)))


def _tasks() -> int:
    return _delete(Task.objects.filter(stopped__lt=clock.now() - dt.timedelta(days=2)))


def _events() -> int:
    """Lines of the security log. Each is allowed to go by its own id, so the chain can still be followed."""
    old = Event.objects.filter(created_at__lt=clock.now() - dt.timedelta(days=settings.SECURITY_LOG_DAYS))
    gone = 0
    while keys := list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        with allowed(keys):
            Event.objects.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def _requests() -> int:
    """What people wrote goes. Code, kind and times stay as the receipt, and so does what the machine did."""
    before = clock.now() - dt.timedelta(days=settings.SECURITY_LOG_DAYS)
    old = Request.objects.filter(answered_at__lt=before)
    by_machine = Q(kind=Request.Kind.PLATFORM) | Q(answer__startswith=requesting.ERASED)
    old.exclude(by_machine).update(answer="")
    return old.exclude(email="", words="").update(email="", words="")


def _delete(rows: QuerySet[Any]) -> int:
    """How many rows of this kind went (what hangs on them is not counted)."""
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def _days(setting: str) -> Callable[[], str]:
    return lambda: f"{getattr(settings, setting)} days"


RULES = (
    Rule(
        "pictures",
        ngettext_lazy("%d picture", "%d pictures"),
        "The bytes of pictures, once they are published or given up; of drafts that wait, after a day",
        lambda: "only while they are needed",
        _pictures,
    ),
    Rule(
        "logs",
        ngettext_lazy("%d log", "%d logs"),
        "What the web server and the workers write: time, address, page",
        _days("LOG_DAYS"),
        _logs,
    ),
    Rule(
        "sessions",
        ngettext_lazy("%d session", "%d sessions"),
        "Where you are signed in",
        lambda: f"{_span(settings.SESSION_IDLE_MINUTES)} without use, {settings.SESSION_MAX_DAYS} days at most",
        _sessions,
    ),
    Rule(
        "invitations",
        ngettext_lazy("%d invitation", "%d invitations"),
        "Invitations that were used, or ran out",
        lambda: "30 days after",
        _invitations,
    ),
    Rule(
        "flows",
        ngettext_lazy("%d unfinished connection", "%d unfinished connections"),
        "A log-in at a provider that was begun",
        lambda: "an hour",
        _flows,
    ),
    Rule(
        "typed",
        ngettext_lazy("%d form that waited", "%d forms that waited"),
        "What you typed into a form when you were signed out or it was refused, sealed, so that it comes back",
        lambda: "an hour",
        laid_by.clear_away,
    ),
    Rule(
        "events",
        ngettext_lazy("%d line of the security log", "%d lines of the security log"),
        "The security log: sign-ins, connects, exports, deletions",
        _days("SECURITY_LOG_DAYS"),
        _events,
    ),
    Rule(
        "requests",
        ngettext_lazy("%d request", "%d requests"),
        "What was asked about data, once it is answered: words, e-mail and answer. A code and the times stay",
        _days("SECURITY_LOG_DAYS"),
        _requests,
    ),
    Rule(
        "exports",
        ngettext_lazy("%d copy of data", "%d copies of data"),
        "Copies of your data that the operator had written on the server",
        _days("EXPORT_DAYS"),
        lambda: _files("exports", settings.EXPORT_DAYS),
    ),
    Rule(
        "mails",
        ngettext_lazy("%d mail in a file", "%d mails in files"),
        "Mails that could only be written as files",
        _days("MAIL_DAYS"),
        lambda: _files("mail", settings.MAIL_DAYS),
    ),
    Rule(
        "backups",
        ngettext_lazy("%d backup", "%d backups"),
        "Backups that this install makes",
        _days("BACKUP_DAYS"),
        lambda: _files("backups", settings.BACKUP_DAYS),
    ),
    Rule(
        "tasks",
        ngettext_lazy("%d note of the queue", "%d notes of the queue"),
        "Notes of the queue about what it did",
        lambda: "2 days",
        _tasks,
    ),
)


def _span(minutes: int) -> str:
    for size, word in ((24 * 60, "days"), (60, "hours")):
        if minutes >= size and minutes % size == 0:
            number = minutes // size
            return f"{number} {word if number > 1 else word[:-1]}"
    return f"{minutes} minutes"
