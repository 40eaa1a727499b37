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
from django_stubs_ext import StrOrPromise

from poster import clock
from poster.manifests import found, rounds

SILENCE = dt.timedelta(minutes=2)  # rounds end every minute
OVERDUE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one round that is due. `late`: for longer than it should be."""

    title: StrOrPromise
    since: dt.datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Health:
    """`last_round`: when a worker last finished anything. `late`: whether something has been due for too long."""

    last_round: dt.datetime | None
    late: bool

    @property
    def well(self) -> bool:
        """A worker was heard lately, and nothing has waited for long."""
        heard = self.last_round is not None and self.last_round > clock.now() - SILENCE
        return heard and not self.late


def health() -> Health:
    """As the database has it; a few indexed questions."""
    return Health(
        last_round=Task.objects.order_by("-stopped").values_list("stopped", flat=True).first(),
        late=any(each.late for each in waiting()),
    )


def waiting() -> list[Waiting]:
    """What is due, the oldest first: one indexed question for each round."""
    now = clock.now()
    moments = [(each.title, found(each.oldest)()) for each in rounds() if each.oldest]
    due = [Waiting(title, since, since < now - OVERDUE) for title, since in moments if since and since <= now]
    return sorted(due, key=lambda each: each.since)


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
