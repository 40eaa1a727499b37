"""Taking rows out for good, files first: a row that is still there after a power cut is taken out the next time.

The order follows the foreign keys that protect: deliveries, posts, pictures, orders, logins, then the person. What goes
before them, each app says (`Manifest.removals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Invitation, Request, User
from poster.ledger.event_removal import names
from poster.manifests import found, manifests
from poster.row_removal import Rows, forget_history, in_batches, remove_rows
from poster.work import time_budget


def remove_person(person: User, over: time_budget.Over = time_budget.never) -> bool:
    """Everything of this person, and at last the person. Nothing of anybody else. False when `over` ended it before."""
    if not all(in_batches(rows, remove, over) for rows, remove in _in_order(person)):
        return False
    _remove_files(person)
    with transaction.atomic():
        _end_sessions(person)
        Invitation.objects.filter(Q(email__iexact=person.email) | Q(invited_by=person)).delete()
        asked = Request.objects.filter(Q(owner=person) | Q(email__iexact=person.email))
        receipts = asked.filter(kind=Request.Kind.ERASURE, answered_at=None, begun_at__isnull=False)
        others = asked.exclude(pk__in=receipts.values("pk"))
        nothing = {"email": "", "words": "", "answer": "", "outcomes": [], **Request.doubt.columns(None)}
        others.update(owner=None, **nothing)
        forget_history(User, [person.pk])
        User.objects.filter(pk=person.pk).delete()
    return True


def _in_order(person: User) -> Iterator[tuple[QuerySet[Any], Callable[[Rows], None]]]:
    """What the apps say goes, the highest app's first."""
    for each in (removal for manifest in reversed(manifests()) for removal in manifest.removals):
        rows = found(each.rows)(person) if each.rows else _theirs(each.model, person)
        yield rows, found(each.remove) if each.remove else remove_rows


def _theirs(label: str, person: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model(label)._default_manager.filter(owner=person)
    return rows


def _end_sessions(person: User) -> None:
    """Sessions do not say whose they are before they are opened."""
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _remove_files(person: User) -> None:
    """Copies of their data that were made here, and mails to them that wait as files."""
    var = Path(settings.VAR)
    for file in (var / "exports").glob(f"*{person.pk}*"):
        file.unlink(missing_ok=True)
    for file in (var / "mail").glob("*"):
        if file.is_file() and names(file.read_text(errors="replace"), person.email):
            file.unlink(missing_ok=True)
