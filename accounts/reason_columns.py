"""Rows that say what is wrong with them."""

from __future__ import annotations

from typing import Any

from django.db import models

from poster.reasons import Reason
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams


class WithReason(models.Model):
    """A row that says what is wrong with it; `reason` is None where nothing is."""

    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()

    class Meta:
        abstract = True

    @property
    def problem(self) -> str:
        """What is wrong, for people; "" where nothing is."""
        return str(self.reason or "")


def because(reason: Reason | None) -> dict[str, Any]:
    """The columns that say so."""
    return WithReason.reason.columns(reason)


WELL = because(None)
