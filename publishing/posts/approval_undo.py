"""Taking a yes or a no back: until it is marked, what was approved is a draft again, as it was typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outbox import ledger
from outbox.ledger import Kind
from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Reason
from publishing.delivery.post_statements import says_of
from publishing.models import Delivery, Post
from publishing.querysets import DeliveryQuerySet
from publishing.reasons.gate import TakenAway, Undone
from publishing.reasons.posts import DoesNotWait, NothingToUndo, TooLateToUndo
from publishing.reasons.steps import AskedAtOnce, TookItBack

State = Delivery.State
# Certainly not out, if it was never marked, and if no older copy of the database makes us doubt that.


def may_be_undone(post: Post) -> bool:
    """Whether a person decided it, and something is left to take back."""
    if post.decided_by_id is None or post.state == Post.State.DRAFT:
        return False
    return post.state == Post.State.DISCARDED or any(_unmarked(each) for each in post.deliveries.all())


def may_go_at_once(post: Post) -> bool:
    """Whether it only waits because it can be undone, and not for the time that it is planned for."""
    if post.state != Post.State.APPROVED:
        return False
    return any(_only_undoable(each) for each in post.deliveries.all() if _unmarked(each))


def _only_undoable(delivery: Delivery) -> bool:
    until, planned = delivery.undo_until, delivery.planned_at
    return until is not None and clock.now() < until and (planned is None or planned < until)


def until(post: Post) -> dt.datetime | None:
    """Until when something of it is certainly left to take back; None for what waits for nothing."""
    ends = [each.due_at for each in post.deliveries.all() if _unmarked(each)]
    return max(ends) if post.state == Post.State.APPROVED and ends else None


def _unmarked(delivery: Delivery) -> bool:
    return delivery.state in State.undoable() and delivery.committed_at is None and delivery.restored_at is None


def undo(post: Post, *, by: Caller) -> list[Delivery]:
    """It is a draft again. Returns what was marked already: then it stays approved, and the others are cancelled until
    somebody approves them again.

    Raises NotPossible when nothing is left to take back.
    """
    require_owner(post, by, Scope.PUBLISH)
    with transaction.atomic():
        cancelled = _cancel(post)
        marked = list(post.deliveries.exclude(state=State.CANCELLED, committed_at=None).order_by("channel_name"))
        again = not marked and _draft_again(post)
        if not cancelled and not again:
            raise NotPossible(_too_late(marked))
        post.refresh_from_db()
        for delivery in cancelled or post.deliveries.all():  # of those one may say that it is a draft again
            delivery.refresh_from_db()
            said = TookItBack(by=str(by))
            ledger.moved(delivery, Kind.HUMAN, said, changed=("undo_until",), says=says_of(post))
    return marked


def _cancel(post: Post) -> list[Delivery]:
    """Each by a swap that also takes it from its worker: of this and the mark, one wins."""
    found = Q(state__in=State.undoable()) | Q(state=State.CANCELLED, reason_code=TakenAway.code)
    rows = Delivery.objects.filter(found, post=post.pk, committed_at=None, restored_at=None)
    values = {"state": State.CANCELLED, "actor": "", **Delivery.reason.columns(Undone())}
    return _swapped(rows, **values, undo_until=None, leased_until=None, undone_at=clock.now())


def _swapped(rows: DeliveryQuerySet, **values: Any) -> list[Delivery]:  # noqa: ANN401
    fresh = {**values, "fence": F("fence") + 1}
    return [row for row in rows.order_by("pk") if rows.filter(pk=row.pk).update(**fresh)]


def _draft_again(post: Post) -> bool:
    decided = Post.objects.filter(pk=post.pk, decided_by__isnull=False).exclude(state=Post.State.DRAFT)
    return bool(decided.update(state=Post.State.DRAFT, decided_by=None, decided_at=None))


def _too_late(marked: list[Delivery]) -> Reason:
    return TooLateToUndo(channels=tuple(each.channel_name for each in marked)) if marked else NothingToUndo()


def told(marked: list[Delivery]) -> str:
    """What came of it, for the person."""
    if not marked:
        return _("Undone: it is a draft again, and was sent nowhere.")
    others = _("To the other channels it does not go, unless you approve it again.")
    return f"{_were_asked(marked)} {others}"


def _were_asked(marked: list[Delivery]) -> str:
    names = ", ".join(each.channel_name for each in marked)
    told = ngettext("%s was asked to show it already.", "%s were asked to show it already.", len(marked))
    return told % names


def post_at_once(post: Post, *, by: Caller) -> list[Delivery]:
    """Knowingly without the minute in which it could be undone. Raises NotPossible when none waits for that."""
    require_owner(post, by, Scope.PUBLISH)
    now = clock.now()
    rows = Delivery.objects.filter(post=post.pk, undo_until__gt=now, state__in=State.due(), committed_at=None)
    planned = Coalesce("planned_at", Value(now))
    with transaction.atomic():
        hurried = _swapped(rows, undo_until=None, due_at=planned, next_at=planned, leased_until=None)
        if not hurried:
            raise NotPossible(DoesNotWait())
        for delivery in hurried:
            delivery.refresh_from_db()
            said = AskedAtOnce(by=str(by))
            ledger.moved(delivery, Kind.HUMAN, said, changed=("undo_until", "due_at"))
    return hurried
