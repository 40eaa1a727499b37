"""A try is spent like any words: of the operator's money, no more than a person may."""

from __future__ import annotations

from accounts import allowances
from accounts.models import User
from poster.reasons import Reason
from publishing.reasons.trying import TryNotPaidFor, TryUnpaid
from writing.ai_costs import used_up


def why_not(owner: User, captioner: str) -> Reason | None:
    """Why nothing may be spent now; None when it may."""
    budget = used_up(owner, captioner)
    if budget is None:
        return None
    return TryUnpaid(budget=budget, until=allowances.next_month().date()) if budget else TryNotPaidFor()
