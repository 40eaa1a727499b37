"""The minute's work on what the operator asked for. A task is a doorway: no arguments, a sentence as its result."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager, nullcontext

from django.utils.translation import gettext as _

from accounts.local_time import read_by
from accounts.models import User
from operations.errands import orders
from operations.errands.doing import DO
from operations.models import Errand
from operations.reasons import BrokeOff
from poster.permissions import NotPossible
from poster.work import mishaps


def round() -> str:
    """The one that has waited longest. One alone: a long look must not keep the others from the next free worker."""
    errand = orders.take()
    if errand is None:
        return _("Nothing was asked for.")
    do(errand)
    return _("Done: %s.") % errand.get_kind_display()


def do(errand: Errand) -> None:
    """One of them, to its end, whatever that is."""
    with mishaps.survived("What the operator asked for was not done") as tried, _read_by_who_asked(errand):
        try:
            orders.ended(errand, DO[errand.kind](errand))
        except NotPossible as refusal:
            orders.ended(errand, {}, refusal.reason)
    if tried.error is not None:
        orders.ended(errand, {}, BrokeOff())


def _read_by_who_asked(errand: Errand) -> AbstractContextManager[None]:
    """What is found is kept in words: in theirs."""
    person = User.objects.filter(pk=errand.asked_by).first() if errand.asked_by else None
    return read_by(person) if person else nullcontext()


def due() -> bool:
    """Whether anything waits."""
    return oldest() is not None


def oldest() -> dt.datetime | None:
    return orders.waiting_since()


def moments() -> list[dt.datetime]:
    """When what waits is due: since it was asked for."""
    since = oldest()
    return [since] if since else []
