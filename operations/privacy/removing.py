"""Taking rows out for good, files first: a row that is still there after a power cut is taken out the next time.

The order follows the foreign keys that protect: deliveries, posts, pictures, orders, logins, then the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Channel, Credential, Invitation, Request, User
from accounts.rights import requesting
from media import spool
from poster.ledger.forgetting import allowed
from poster.models import Erasure, Event, LaidBy, Rest
from poster.work import rounds
from publishing.models import Delivery, Post
from publishing.posts.deleting import Rows, forget_history, in_batches, remove_deliveries, remove_rows
from watches.models import Asset, Caption, PromptTemplate, Stream, Watch


def remove_person(person: User, over: rounds.Over = rounds.never) -> bool:
    """Everything of this person, and at last the person. Nothing of anybody else. False when `over` ended it before."""
    if not all(in_batches(rows, remove, over) for rows, remove in _in_order(person)):
        return False
    _remove_files(person)
    with transaction.atomic():
        _end_sessions(person)
        Invitation.objects.filter(Q(email__iexact=person.email) | Q(invited_by=person)).delete()
        asked = Request.objects.filter(Q(owner=person) | Q(email__iexact=person.email))
        receipts = asked.filter(kind=Request.Kind.ERASURE, answered_at=None, answer__startswith=requesting.ERASED)
        asked.exclude(pk__in=receipts.values("pk")).update(owner=None, email="", words="", answer="")
        forget_history(User, [person.pk])
        User.objects.filter(pk=person.pk).delete()
    return True


def _in_order(person: User) -> Iterator[tuple[QuerySet[Any], Callable[[Rows], None]]]:
    yield Delivery.objects.filter(owner=person), remove_deliveries
    yield Post.objects.filter(owner=person), remove_rows
    yield Asset.objects.filter(owner=person), _remove_assets
    for model in (Watch, Stream, PromptTemplate, Channel, Credential):
        yield model._default_manager.filter(owner=person), remove_rows
    yield LaidBy.objects.filter(person=person.pk), remove_rows
    yield Rest.objects.filter(key__contains=str(person.pk)), remove_rows  # limits of theirs; accounts are checksums
    yield _events(person), _remove_events
    yield LogEntry.objects.filter(user=person), remove_rows


def _remove_assets(batch: Rows) -> None:
    for asset in batch:
        spool.drop_all(asset.pk)
    captions = Caption.objects.filter(asset__in=[asset.pk for asset in batch])
    with transaction.atomic():
        forget_history(Caption, list(captions.values_list("pk", flat=True)))
        remove_rows(batch)


def _remove_events(batch: Rows) -> None:
    """Lines about the person are allowed to go by his id, lines of others that name him by their own."""
    people = {event.person for event in batch if event.person}
    gone = set(Erasure.objects.filter(about__in=people).values_list("about", flat=True))
    with allowed(event.pk for event in batch if event.person not in gone):
        Event.objects.filter(pk__in=[event.pk for event in batch]).delete()


def _events(person: User) -> QuerySet[Event]:
    told = Event.objects.filter(sentence__icontains=person.email).values_list("pk", "sentence")
    naming = [key for key, sentence in told if _names(sentence, person.email)]
    return Event.objects.filter(Q(person=person.pk) | Q(pk__in=naming))


def _names(text: str, address: str) -> bool:
    """Whether this very address stands in `text`, and not merely as a part of somebody else's longer one."""
    return re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None


def _end_sessions(person: User) -> None:
    """Sessions do not say whose they are before they are opened."""
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _remove_files(person: User) -> None:
    """Copies of his data that were made here, and mails to him that wait as files."""
    var = Path(settings.VAR)
    for file in (var / "exports").glob(f"*{person.pk}*"):
        file.unlink(missing_ok=True)
    for file in (var / "mail").glob("*"):
        if file.is_file() and _names(file.read_text(errors="replace"), person.email):
            file.unlink(missing_ok=True)
