"""What calls of AI services cost, and who pays for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, Sum

from accounts import allowances
from accounts.ai_services import SERVICES
from accounts.models import AiKey, User
from writing.models import AiCall

# Where no price is known, US dollars for a token; where no answer came, so many tokens.
PRICE_IN, PRICE_OUT = Decimal(5) / 10**6, Decimal(20) / 10**6
TOKENS_IN, TOKENS_OUT = 2_000, 1_000


def figures(which: Q | None = None) -> dict[str, Sum | Count]:
    """What is asked of calls to know what they cost, known or not. `which`: of those alone."""
    some = which or Q()
    unknown = some & Q(cost=None)
    return {
        "known": Sum("cost", filter=which),
        "asked": Sum("input_tokens", filter=unknown),
        "answered": Sum("output_tokens", filter=unknown),
        "silent": Count("pk", filter=unknown & Q(input_tokens=0, output_tokens=0)),
    }


def counted(found: Mapping[str, Any]) -> Decimal:
    """US dollars, of an answer to `figures`: as they count against a budget."""
    asked = int(found["asked"] or 0) + int(found["silent"]) * TOKENS_IN
    answered = int(found["answered"] or 0) + int(found["silent"]) * TOKENS_OUT
    known = Decimal(found["known"] or 0)
    return known + asked * PRICE_IN + answered * PRICE_OUT


def spent(person: User) -> Decimal:
    """US dollars of the operator's, in the present month."""
    calls = AiCall.objects.filter(owner=person, paid_by_operator=True, created_at__gte=allowances.month())
    return counted(calls.aggregate(**figures()))


def used_up(person: User, captioner: str) -> Decimal | None:
    """The budget in US dollars, where no more of it may be spent on this captioner; None where some may.

    Practice costs nothing, and neither does whoever has a key of their own.
    """
    if settings.PRACTICE or not paid_by_operator(captioner, person.pk):
        return None
    budget = allowances.ai_budget(person)
    return budget if spent(person) >= budget else None


def paid_by_operator(captioner: str, owner_id: UUID) -> bool:
    """Whether a call is made with a key of the operator's. A model's server that wants no key sends no bill."""
    if captioner in SERVICES:
        return not AiKey.objects.filter(owner_id=owner_id, captioner=captioner).exists()
    return captioner == "compatible" and bool(settings.AI_KEYS[captioner])
