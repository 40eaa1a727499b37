"""What every row of ours has in common."""

from __future__ import annotations

import uuid

from django.db import models

from poster import clock


class Row(models.Model):
    """Known by a UUID before it is saved (sealed columns are bound to it)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField("created", default=clock.now, editable=False)

    class Meta:
        abstract = True


class Switch(models.Model):
    """A switch for the whole install, thrown in the admin. There is a row only while it is on."""

    PAUSE = "pause_publishing"

    name = models.CharField(max_length=40, primary_key=True)
    thrown_at = models.DateTimeField("since", default=clock.now)

    def __str__(self) -> str:
        return self.name
