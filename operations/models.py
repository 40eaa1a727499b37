"""What the operator asked the install itself to do, and what came of it."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from poster import clock
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.work.leases import LEASE


class Errand(models.Model):
    """Something long that the operator asked for, and a worker does. One row of each kind: the last time.

    `asked_at`, `begun_at` and `ended_at` are set as each becomes true. Asked for anew, what it found last stays until
    there is something newer. `about`: the backup that is looked at. `report`: what it found, as it was said then.
    """

    class Kind(models.TextChoices):
        DOCTOR = "doctor", _("look at everything")
        LEDGER = "ledger", _("verify the ledger")
        BACKUP = "backup", _("make a backup")
        BACKUP_CHECK = "backup_check", _("check a backup")
        MAIL = "mail", _("send a mail to try it")

    class State(StrEnum):
        WAITS = "waits"
        RUNS = "runs"
        ENDED = "ended"
        LOST = "lost"  # its worker is gone

    kind = models.CharField(max_length=20, choices=Kind.choices, primary_key=True)
    about = models.CharField(max_length=100, blank=True)
    asked_by = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()  # why it could not be done

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def state(self) -> State:
        if self.begun_at is None:
            return self.State.WAITS
        if self.ended_at is not None and self.ended_at >= self.begun_at:
            return self.State.ENDED
        now = clock.now()  # which may have been put back since
        return self.State.RUNS if now - LEASE < self.begun_at < now + LEASE else self.State.LOST

    @property
    def under_way(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {self.State.WAITS, self.State.RUNS}


WAITING = Q(begun_at=None)
OPEN = Q(ended_at=None) | Q(ended_at__lt=F("begun_at"))  # of what was begun
