"""What each call to a captioner cost, and what came of it: a row of `AiCall`."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from poster.reasons import Reason
from poster.secrets.redaction import storable
from writing.ai_costs import paid_by_operator
from writing.captioners import Usage
from writing.models import AiCall

WORDS, UNANSWERED = "words", "unanswered"  # outcomes; the others are those of `writing.outcomes`, and what was refused


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, for whom and about what. `model`: "" for the captioner's usual one."""

    owner_id: UUID
    subject: UUID
    captioner: str
    model: str
    purpose: AiCall.Purpose = AiCall.Purpose.WORDS


def note(asked: Asked, usage: Usage | None, outcome: str, reason: Reason | None, *, answer: str = "") -> None:
    """What the call cost, and what came of it; nothing when the owner is gone, for then nobody is left to tell."""
    with contextlib.suppress(IntegrityError), transaction.atomic():
        AiCall.objects.create(
            owner_id=asked.owner_id,
            purpose=asked.purpose,
            subject=asked.subject,
            asked_model=asked.model,
            captioner=asked.captioner,
            model=usage.model if usage else asked.model,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            cost=usage.cost if usage else None,
            seconds=usage.seconds if usage else 0,
            outcome=outcome,
            **AiCall.reason.columns(reason),
            answer=storable(answer),
            paid_by_operator=paid_by_operator(asked.captioner, asked.owner_id),
        )
