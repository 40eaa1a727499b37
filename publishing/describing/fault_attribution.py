"""Whose fault it is that a picture is refused: the account's, or the picture's own.

They tell a picture that they refuse with the status of a refused key, and an empty purse with the status of a bad
picture, more often than any table of ours knows. What the account says to others tells it: who is refused alone, again
and again, is refused for itself; where all are refused, it is the account. So no picture holds the others up for long,
and none is asked for without end.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum, auto

from django.db.models import Max, Q, QuerySet

from poster import clock
from publishing.models import Post
from publishing.posts.writers import Writer
from writing.ai_costs import paid_by_operator
from writing.captioners import Usage
from writing.captioners.faults import OF_THE_MODEL, Fault
from writing.models import AiCall

ACCOUNT = "account"  # the outcome of a call: refused for what may be wrong with the account
AMOUNTS = {Fault.CREDITS, Fault.QUOTA}  # they are gone and come back by themselves, between two pictures as well
MOST = 3  # refusals of one picture alone; then a person
LATELY = dt.timedelta(hours=1)
ANSWERED = Q(outcome__in=["words", "late"]) | Q(input_tokens__gt=0)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Verdict(Enum):
    """What becomes of a picture that was refused."""

    HOLD = auto()  # it is the account: all wait, and one makes a try now and then
    LATER = auto()  # it may be the picture: it is asked for again, and nobody else waits
    PERSON = auto()  # it is the picture


def free(watch: Writer) -> Usage:
    """What a call used that was refused before a model looked at anything."""
    return Usage(watch.model, cost=Decimal(0))


def verdict(post: Post, watch: Writer, code: str, *, held: bool) -> Verdict:
    """`code`: the fault that they, or we, suspect. `held`: the account rests, and this picture made the one try."""
    others = _others(post, watch, of_the_model=code in OF_THE_MODEL)
    shared = others.filter(outcome=ACCOUNT, created_at__gt=_latest(others.filter(ANSWERED))).exists()
    times = refusals(post).count() + 1
    if code in AMOUNTS:
        return Verdict.HOLD
    if code == Fault.REQUEST and not shared:
        return Verdict.PERSON if times >= MOST else Verdict.LATER
    if held or not _is_cleared(post, others):
        return Verdict.HOLD
    if times >= MOST:
        return Verdict.PERSON
    return Verdict.HOLD if shared else Verdict.LATER


def refusals(post: Post) -> QuerySet[AiCall]:
    """Those of its calls that count: the first, and each that held nobody up."""
    return AiCall.objects.filter(subject=post.pk, outcome=ACCOUNT)


def _is_cleared(post: Post, others: QuerySet[AiCall]) -> bool:
    """Whether they answered another since they refused this one."""
    refused = refusals(post).order_by("created_at").values_list("created_at", flat=True).first()
    return refused is not None and others.filter(ANSWERED, created_at__gt=refused).exists()


def _latest(calls: QuerySet[AiCall]) -> dt.datetime:
    return calls.aggregate(latest=Max("created_at"))["latest"] or LONG_AGO


def answers_others(post: Post, watch: Writer) -> bool:
    """Whether the model has described another picture lately."""
    lately = clock.now() - LATELY
    return _others(post, watch, of_the_model=True).filter(ANSWERED, created_at__gte=lately).exists()


def _others(post: Post, watch: Writer, *, of_the_model: bool) -> QuerySet[AiCall]:
    """What the same account was asked about other pictures."""
    paid = paid_by_operator(watch.captioner, post.owner_id)
    calls = AiCall.objects.filter(captioner=watch.captioner, paid_by_operator=paid).exclude(subject=post.pk)
    if not paid:
        calls = calls.filter(owner_id=post.owner_id)
    return calls.filter(asked_model=watch.model) if of_the_model else calls
