"""The questions the product asks about what comes in, in its own words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models

from poster import clock
from poster.work.leases import LeasedQuerySet

if TYPE_CHECKING:
    from watches.models import Asset, Stream, Watch  # noqa: F401 - for the annotations


class StreamQuerySet(LeasedQuerySet["Stream"]):
    """Streams."""


_Streams = models.Manager.from_queryset(StreamQuerySet)


class StreamManager(_Streams["Stream"]):
    """Streams without their cursors, which can be megabytes: who looks reads theirs."""

    def get_queryset(self) -> StreamQuerySet:
        return StreamQuerySet(self.model, using=self._db).defer("cursor")


class WatchQuerySet(models.QuerySet["Watch"]):
    """Standing orders."""

    def with_stream(self) -> Self:
        """With the stream and its login, and without the cursor, which can be megabytes."""
        return self.select_related("stream__credential").defer("stream__cursor")


class AssetQuerySet(LeasedQuerySet["Asset"]):
    """Pictures."""

    def wordless(self) -> Self:
        """Those that want words. What has its post is ready for good, and due for nothing in a hundred years."""
        soon = clock.now() + dt.timedelta(days=365)
        return self.filter(state="ready", next_at__lt=soon, caption__isnull=True, gone_at=None)

    def with_stream(self) -> Self:
        """With their watches, and those with their streams, without the cursors, which can be megabytes."""
        return self.select_related("watch__stream__credential").defer("watch__stream__cursor")
