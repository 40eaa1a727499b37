"""Taking rows out for good, files first: a row that is still there after a power cut is taken out the next time.

The order follows the foreign keys that protect: deliveries, posts, pictures, orders, logins, then the person.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts.models import Channel, Credential, Invitation, Request, User
from accounts.rights import requesting
from poster import rounds
from poster.asking import NotPossible, Person, own
from poster.errors import OutsideError
from poster.forgetting import allowed
from poster.models import Erasure, Event, LaidBy, Rest
from publishing.models import Delivery, Post, Step
from publishing.pictures import addresses
from watches import spool
from watches.models import Asset, Caption, CaptionCall, PromptTemplate, Stream, Watch

log = logging.getLogger(__name__)
BATCH = 200
State = Delivery.State
ON_ITS_WAY = (State.QUEUED, State.PREPARED, State.PUBLISHING, State.CHECKING, State.NEEDS_YOU)
Rows = list[Any]


def remove_person(person: User, over: rounds.Over = rounds.never) -> bool:
    """Everything of this person, and at last the person. Nothing of anybody else. False when `over` ended it before."""
    if not all(_in_batches(rows, remove, over) for rows, remove in _in_order(person)):
        return False
    _remove_files(person)
    with transaction.atomic():
        _end_sessions(person)
        Invitation.objects.filter(Q(email__iexact=person.email) | Q(invited_by=person)).delete()
        asked = Request.objects.filter(Q(owner=person) | Q(email__iexact=person.email))
        receipts = asked.filter(kind=Request.Kind.ERASURE, answered_at=None, answer__startswith=requesting.ERASED)
        asked.exclude(pk__in=receipts.values("pk")).update(owner=None, email="", words="", answer="")
        _forget_history(User, [person.pk])
        User.objects.filter(pk=person.pk).delete()
    return True


def _in_order(person: User) -> Iterator[tuple[QuerySet[Any], Callable[[Rows], None]]]:
    yield Delivery.objects.filter(owner=person), _remove_deliveries
    yield Post.objects.filter(owner=person), _remove_rows
    yield Asset.objects.filter(owner=person), _remove_assets
    for model in (Watch, Stream, PromptTemplate, Channel, Credential):
        yield model._default_manager.filter(owner=person), _remove_rows
    yield LaidBy.objects.filter(person=person.pk), _remove_rows
    yield Rest.objects.filter(key__contains=str(person.pk)), _remove_rows  # limits of theirs; accounts are checksums
    yield _events(person), _remove_events
    yield LogEntry.objects.filter(user=person), _remove_rows


def may_be_removed(post: Post) -> bool:
    """Not while something of it is on its way, or in doubt: then only its record would be gone."""
    return not post.deliveries.filter(state__in=ON_ITS_WAY).exists()


def remove_post(post: Post, *, by: Person) -> None:
    """Its owner wants no record of it: the post, its deliveries, their lines of the ledger, its words and bytes.

    Its pictures stay as names only, so that they are not taken for new ones and posted again.
    Raises NotPossible while it is on its way.
    """
    own(post, by)
    if not may_be_removed(post):
        raise NotPossible("It is on its way, or nobody knows whether it is out. Say first what became of it.")
    pictures = list(Asset.objects.filter(posts=post).exclude(posts__in=Post.objects.exclude(pk=post.pk)))
    keys = [asset.pk for asset in pictures]
    _in_batches(Delivery.objects.filter(post=post), _remove_deliveries, rounds.never)
    for asset in pictures:
        spool.drop_all(asset.pk)
    with transaction.atomic():
        Asset.objects.filter(pk__in=keys).update(
            state=Asset.State.GONE,
            reason="The record of its post was deleted.",
            in_spool=False,
            impression="",
            fingerprint="",
            place="",
        )
        _forget_history(Caption, list(Caption.objects.filter(asset__in=keys).values_list("pk", flat=True)))
        _remove_rows([post])
        Caption.objects.filter(asset__in=keys).delete()
        CaptionCall.objects.filter(asset__in=keys).update(sentence="", answer="")


def _in_batches(rows: QuerySet[Any], remove: Callable[[Rows], None], over: rounds.Over) -> bool:
    """Each batch is a transaction of its own: it can be stopped between any two. False when it was."""
    while batch := list(rows.order_by("pk")[:BATCH]):
        remove(batch)
        if over():  # asked afterwards: however busy the rounds are, each takes it a little further
            return False
    return True


def _remove_rows(batch: Rows) -> None:
    model = type(batch[0])
    keys = [row.pk for row in batch]
    with transaction.atomic():
        _forget_history(model, keys)
        model._default_manager.filter(pk__in=keys).delete()


def _remove_deliveries(batch: Rows) -> None:
    for delivery in batch:
        spool.drop_renditions(delivery.pk)
        try:
            addresses.withdraw(delivery)
        except OutsideError as error:
            log.warning("A picture may stay in the bucket until its expiry rule takes it: %s", error.sentence)
    keys = [delivery.pk for delivery in batch]
    with allowed(keys):
        Step.objects.filter(delivery__in=keys).delete()
        _remove_rows(batch)


def _remove_assets(batch: Rows) -> None:
    for asset in batch:
        spool.drop_all(asset.pk)
    captions = Caption.objects.filter(asset__in=[asset.pk for asset in batch])
    with transaction.atomic():
        _forget_history(Caption, list(captions.values_list("pk", flat=True)))
        _remove_rows(batch)


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


def _forget_history(model: type[Model], keys: Rows) -> None:
    """Lines of the dashboard's history quote the rows that they are about, whoever wrote them."""
    names = {"content_type__app_label": model._meta.app_label, "content_type__model": model._meta.model_name}
    LogEntry.objects.filter(**names, object_id__in=[str(key) for key in keys]).delete()


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
