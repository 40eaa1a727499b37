"""What a dead cluster held is handed out again at once, instead of after minutes.

Safe although somebody may still be alive (a `work` from cron): rounds may be repeated, and whoever writes to a row must
hold its fence, so that of two workers on one row only one counts. A delivery found in *publishing* is never sent again
from there; it is only asked about sooner.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django_q.models import OrmQ

from poster import clock
from poster.manifests import leased


def let_go() -> int:
    """Free the messages that were handed out, and on one machine the rows too. Returns how many."""
    now = timezone.now()
    messages: QuerySet[OrmQ] = OrmQ.objects.filter(lock__gt=now)
    for model in leased():
        model._default_manager.survived()  # type: ignore[attr-defined]
    return messages.update(lock=now) + (_rows() if connection.vendor == "sqlite" else 0)


def _rows() -> int:
    """With several machines, others are alive and at work: their leases end by themselves."""
    held = (model._base_manager.filter(leased_until__gt=clock.now()) for model in leased())
    return sum(rows.update(leased_until=None) for rows in held)
