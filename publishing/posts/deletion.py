"""Taking posts out for good, files first: a row that is still there after a power cut is taken out the next time."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from media import blobs
from media.models import UPLOADED, Asset
from outbox import removal
from poster.errors import OutsideError
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.row_removal import Rows, forget_history, in_batches, remove_rows
from poster.work import time_budget
from publishing.models import Delivery, Post
from publishing.public_pictures import addresses
from publishing.reasons.posts import OnItsWay
from watches.models import FoundFile
from watches.reasons.files import RecordDeleted
from writing.models import AiCall, Suggestion

log = logging.getLogger(__name__)
State = Delivery.State


def may_be_removed(post: Post) -> bool:
    """Not while something of it is on its way, or in doubt: then only its record would be gone."""
    return not post.deliveries.filter(state__in=[*State.moving(), State.NEEDS_YOU]).exists()


def remove_post(post: Post, *, by: Caller) -> None:
    """Its owner wants no record of it: the post, its deliveries, their lines of the ledger, its words and bytes.

    Pictures that were found stay as names only, so that they are not taken for new ones and posted again; what was
    uploaded stays in the library.
    Raises NotPossible while it is on its way.
    """
    require_owner(post, by, Scope.DRAFT)
    if not may_be_removed(post):
        raise NotPossible(OnItsWay())
    others = Post.objects.exclude(pk=post.pk)
    found = Asset.objects.filter(posts=post).exclude(Q(posts__in=others) | Q(origin=UPLOADED))
    keys = list(found.values_list("pk", flat=True))
    in_batches(Delivery.objects.filter(post=post), remove_deliveries, time_budget.never)
    for asset in keys:
        blobs.forget(asset)
    with transaction.atomic():
        told = FoundFile.reason.columns(RecordDeleted())
        FoundFile.objects.filter(asset__in=keys).update(state=FoundFile.State.GONE, **told)
        forget_words(post.pk)
        remove_rows([post])
        Asset.objects.filter(pk__in=keys).delete()


def forget_words(post_id: UUID) -> None:
    """What was written for it, and what models answered. What they cost still counts."""
    words = Suggestion.objects.filter(subject=post_id)
    forget_history(Suggestion, list(words.values_list("pk", flat=True)))
    words.delete()
    AiCall.objects.filter(subject=post_id).update(answer="", **AiCall.reason.columns(None))


def remove_deliveries(batch: Rows) -> None:
    for delivery in batch:
        try:
            addresses.withdraw(delivery)
        except OutsideError as error:
            log.warning("A picture may stay in the bucket until its expiry rule takes it: %s", error.sentence)
    removal.remove(batch)
