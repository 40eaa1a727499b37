"""What each call to a captioner cost, and what came of it: a row of `writing.AiCall`."""

from __future__ import annotations

import contextlib

from django.db import IntegrityError, transaction

from poster.reasons import Reason
from poster.secrets.redaction import storable
from publishing.models import Post
from publishing.posts.writers import Writer
from writing.ai_costs import paid_by_operator
from writing.captioners import Usage
from writing.models import AiCall


def note(
    post: Post, watch: Writer, usage: Usage | None, outcome: str, reason: Reason | None, *, answer: str = ""
) -> None:
    """What the call cost, and what came of it; nothing when the owner is gone, for then nobody is left to tell."""
    with contextlib.suppress(IntegrityError), transaction.atomic():
        AiCall.objects.create(
            owner_id=post.owner_id,
            subject=post.pk,
            asked_model=watch.model,
            captioner=watch.captioner,
            model=usage.model if usage else watch.model,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            cost=usage.cost if usage else None,
            seconds=usage.seconds if usage else 0,
            outcome=outcome,
            **AiCall.reason.columns(reason),
            answer=storable(answer),
            paid_by_operator=paid_by_operator(watch.captioner, post.owner_id),
        )
