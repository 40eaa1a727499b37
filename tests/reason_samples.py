"""A reason of each kind, with parameters made from what it says of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from poster.reasons import Because, Quoted, Reason, Term
from poster.reasons.known import reasons
from poster.reasons.permissions import NotYours
from poster.reasons.values import parts

SAMPLES = {
    bool: True,
    int: 3,
    str: "Ann's Café",
    Decimal: Decimal("1.50"),
    UUID: UUID(int=1),
    dt.datetime: dt.datetime(2026, 12, 1, 9, 30, tzinfo=dt.UTC),
    dt.date: dt.date(2026, 12, 1),
    Term: Term("picture"),
    Quoted: Quoted("No."),
    Because: Because(NotYours()),
}


def sample(kind: type[Reason]) -> Reason:
    """With a value for each parameter, made from its annotation."""
    values = {}
    for name, annotation in kind.kinds().items():
        inner, several = parts(annotation)
        values[name] = (SAMPLES[inner], SAMPLES[inner]) if several else SAMPLES[inner]
    return kind(**values)


def of_the_product() -> list[type[Reason]]:
    """All but those that only tests give, by code."""
    return [kind for code, kind in reasons().items() if not code.startswith("tests.")]
