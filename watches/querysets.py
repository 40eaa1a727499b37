"""The questions the product asks about what comes in, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from poster.work.leases import LeasedQuerySet

if TYPE_CHECKING:
    from watches.models import FoundFile, SourceCursor, Watch  # noqa: F401 - for the annotations


class SourceCursorQuerySet(LeasedQuerySet["SourceCursor"]):
    """Streams."""


_Streams = models.Manager.from_queryset(SourceCursorQuerySet)


class SourceCursorManager(_Streams["SourceCursor"]):
    """Streams without their cursors, which can be megabytes: who looks reads theirs."""

    def get_queryset(self) -> SourceCursorQuerySet:
        return SourceCursorQuerySet(self.model, using=self._db).defer("cursor")


class WatchQuerySet(models.QuerySet["Watch"]):
    """Standing orders."""

    def with_stream(self) -> Self:
        """With the stream and its login, and without the cursor, which can be megabytes."""
        return self.select_related("stream__credential").defer("stream__cursor")


class FoundFileQuerySet(LeasedQuerySet["FoundFile"]):
    """Files at a source."""

    def with_stream(self) -> Self:
        """With their assets, watches and streams, without the cursors, which can be megabytes."""
        return self.select_related("asset", "watch__stream__credential").defer("watch__stream__cursor")
