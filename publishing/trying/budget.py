"""A try is spent like any words: of the operator's money, no more than a person may."""

from __future__ import annotations

from django.conf import settings

from accounts import allowances
from accounts.models import User
from poster.reasons import Reason
from publishing.reasons.trying import TryUnpaid
from writing.ai_costs import paid_by_operator, spent


def why_not(owner: User, captioner: str) -> Reason | None:
    """Why nothing may be spent now; None when it may. Practice costs nothing."""
    if settings.PRACTICE or not paid_by_operator(captioner, owner.pk):
        return None
    budget = allowances.ai_budget(owner)
    if spent(owner) < budget:
        return None
    return TryUnpaid(budget=budget, until=allowances.next_month().date())
