"""What was found after a copy of the database was put back."""

from __future__ import annotations

from django.db import models

from accounts.models import Channel
from poster.models import Restore, Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams


class Reconciled(Row):
    """After a copy of the database was put back: one channel was asked what it shows that the copy does not know.

    `found`: posts that are deliveries of ours. `strangers`: posts since the copy that are none of those, each as
    {"id", "permalink", "at", "fingerprint", "impression"}: the last two as of an Asset, "" where its picture could not
    be seen. `problem`: why it could not be asked; then everything that may be there waits for its owner.
    """

    restore = models.ForeignKey(Restore, models.CASCADE, related_name="channels")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    found = models.PositiveIntegerField(default=0)
    strangers = models.JSONField(default=list)
    problem_code = ReasonCode()
    problem_params = ReasonParams()
    problem = ReasonColumns()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["restore", "channel"], name="reconciled_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.found} found, {len(self.strangers)} unknown"

    @property
    def clear(self) -> bool:
        """Whether nothing can be there that we do not know of."""
        return not self.strangers and not self.problem
