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
from publishing.models import Delivery
from watches.models import Asset, Stream

MODELS = (Stream, Asset, Delivery)


def let_go() -> int:
    """Free the messages that were handed out, and on one machine the rows too. Returns how many."""
    now = timezone.now()
    messages: QuerySet[OrmQ] = OrmQ.objects.filter(lock__gt=now)
    for model in MODELS:
        model.objects.survived()
    return messages.update(lock=now) + (_rows() if connection.vendor == "sqlite" else 0)


def _rows() -> int:
    """With several machines, others are alive and at work: their leases end by themselves."""
    return sum(model._base_manager.filter(leased_until__gt=clock.now()).update(leased_until=None) for model in MODELS)
