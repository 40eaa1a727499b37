"""Taking pictures out for good: their bytes, their words, and what the history quotes of these."""

from __future__ import annotations

from django.db import transaction

from media import spool
from poster.row_removal import Rows, forget_history, remove_rows
from watches.models import Caption


def remove_assets(batch: Rows) -> None:
    for asset in batch:
        spool.drop_all(asset.pk)
    captions = Caption.objects.filter(asset__in=[asset.pk for asset in batch])
    with transaction.atomic():
        forget_history(Caption, list(captions.values_list("pk", flat=True)))
        remove_rows(batch)
