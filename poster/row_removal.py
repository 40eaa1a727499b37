"""Taking rows out for good, in batches: it can be killed between any two, and carried on.

Files go first: a row that is still there after a power cut is taken out the next time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet

from poster.work import time_budget

BATCH = 200
Rows = list[Any]


def in_batches(rows: QuerySet[Any], remove: Callable[[Rows], None], over: time_budget.Over) -> bool:
    """Each batch is a transaction of its own: it can be stopped between any two. False when it was."""
    while batch := list(rows.order_by("pk")[:BATCH]):
        remove(batch)
        if over():  # asked afterwards: however busy the rounds are, each takes it a little further
            return False
    return True


def remove_rows(batch: Rows) -> None:
    """Rows of one model, with what the dashboard's history quotes of them."""
    model = type(batch[0])
    keys = [row.pk for row in batch]
    with transaction.atomic():
        forget_history(model, keys)
        model._default_manager.filter(pk__in=keys).delete()


def forget_history(model: type[Model], keys: Rows) -> None:
    """Lines of the dashboard's history quote the rows that they are about, whoever wrote them."""
    names = {"content_type__app_label": model._meta.app_label, "content_type__model": model._meta.model_name}
    LogEntry.objects.filter(**names, object_id__in=[str(key) for key in keys]).delete()


def history_of(person: Any) -> QuerySet[LogEntry]:  # noqa: ANN401 - accounts.User, which stands above this
    """What this person did in the dashboard."""
    return LogEntry.objects.filter(user_id=person.pk)
