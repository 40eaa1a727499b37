"""Is the work being done? For a monitor outside: 200 when it is, 503 when not, and no details for strangers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import Task

from poster import clock
from poster.manifests import found, rounds

SILENCE = dt.timedelta(minutes=2)  # rounds end every minute
OVERDUE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """`last_round`: when a worker last finished anything. `oldest`: since when the oldest piece of work is due."""

    last_round: dt.datetime | None
    oldest: dt.datetime | None

    @property
    def well(self) -> bool:
        """A worker was heard lately, and nothing has waited for long."""
        now = clock.now()
        heard = self.last_round is not None and self.last_round > now - SILENCE
        return heard and (self.oldest is None or self.oldest > now - OVERDUE)


def health() -> Health:
    """As the database has it; a few indexed questions."""
    return Health(
        last_round=Task.objects.order_by("-stopped").values_list("stopped", flat=True).first(),
        oldest=oldest_due(),
    )


def oldest_due() -> dt.datetime | None:
    """Since when the oldest piece of work is due."""
    moments = [found(each.oldest)() for each in rounds() if each.oldest]
    return min((moment for moment in moments if moment), default=None)


@login_not_required
@never_cache
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """One word."""
    try:
        well = health().well
    except DatabaseError:
        well = False
    return HttpResponse("ok\n" if well else "not well\n", status=200 if well else 503, content_type="text/plain")
