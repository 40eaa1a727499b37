"""Asking for an errand, taking one, and saying what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from accounts.models import User
from operations.models import OPEN, WAITING, Errand
from operations.reasons import UnderWayAlready
from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_operator, require_scope
from poster.reasons import Reason
from poster.retention import delete
from poster.work.leases import LEASE

KEPT = dt.timedelta(days=7)


def ask(kind: Errand.Kind, *, by: Caller, about: str = "") -> Errand:
    """For the next worker who is free. Raises NotPossible: to others than operators, and while one is under way."""
    require_operator(by)
    require_scope(by, Scope.OPERATE)
    asked = {"about": about, "asked_by": by.person_id, "asked_at": clock.now(), "begun_at": None}
    with transaction.atomic():
        errand, made = Errand.objects.get_or_create(kind=kind, defaults=asked)
        if not made and not (_free(kind).update(**asked)):
            raise NotPossible(UnderWayAlready())
    errand.refresh_from_db()
    return errand


def _free(kind: Errand.Kind) -> QuerySet[Errand]:
    """The row, when nobody waits for it: it ended, or its worker is gone."""
    now = clock.now()  # which may have been put back since it was begun
    gone = Q(begun_at__lte=now - LEASE) | Q(begun_at__gte=now + LEASE)
    begun = Errand.objects.filter(kind=kind, begun_at__isnull=False)
    return begun.exclude(OPEN) | begun.filter(OPEN & gone)


def take() -> Errand | None:
    """The one that has waited longest, for this worker alone; None when none waits."""
    for errand in Errand.objects.filter(WAITING).order_by("asked_at"):
        now = clock.now()
        mine = Errand.objects.filter(WAITING, pk=errand.pk, asked_at=errand.asked_at)
        if mine.update(begun_at=now):
            errand.begun_at = now
            return errand
    return None


def ended(errand: Errand, report: dict[str, Any], reason: Reason | None = None) -> bool:
    """Written down, if nobody has asked for it anew since it was given up."""
    mine = Errand.objects.filter(pk=errand.pk, begun_at=errand.begun_at)
    moment = max(clock.now(), errand.begun_at or clock.now())
    return bool(mine.update(ended_at=moment, report=report, **Errand.reason.columns(reason)))


def waiting_since() -> dt.datetime | None:
    """Since when the first of them waits."""
    moment: dt.datetime | None = Errand.objects.filter(WAITING).aggregate(moment=Min("asked_at"))["moment"]
    return moment


def all_of() -> dict[str, Errand]:
    """By kind; only those that were ever asked for."""
    return {errand.kind: errand for errand in Errand.objects.all()}


def naming(person: User) -> QuerySet[Errand]:
    """Reports that may name somebody who leaves: all of them, as what they say is words."""
    return Errand.objects.all()


def forget() -> int:
    """What ended more than a week ago."""
    return delete(Errand.objects.filter(ended_at__lt=clock.now() - KEPT).exclude(WAITING | OPEN))
