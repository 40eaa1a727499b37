"""Turns: of rows that wait for work, each person's are served in turn, however many somebody has.

Without it, who drops 100,000 pictures keeps everybody else waiting for hours.
"""

from __future__ import annotations

import random
from itertools import chain, zip_longest
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

Row = TypeVar("Row", bound=Model)


def in_turn(rows: QuerySet[Row], most: int, *, owner: str = "owner") -> list[Row]:
    """At most `most` of `rows`: one of each person, then a second of each, and so on, each person's in their order.

    `owner`: the way from a row to its person. Who comes first, and who at all when there are more owners than `most`,
    is chance: so nobody starves, however few of what is returned is worked on.
    """
    people = _waiting(rows, owner)
    if len(people) == 1:
        return list(rows[:most])  # the usual case, and an index has their order
    people = random.sample(people, min(len(people), most))
    share = -(-most // max(len(people), 1))
    queues = [list(rows.filter(**{owner: person})[:share]) for person in people]
    turns = chain.from_iterable(zip_longest(*queues))
    return [row for row in turns if row is not None][:most]


def _waiting(rows: QuerySet[Row], owner: str) -> list[Any]:
    """Who has such rows. Asked per person, which an index answers at the first of their rows."""
    field = rows.model._meta
    for part in owner.split("__"):
        model: Any = field.get_field(part).related_model
        field = model._meta
    theirs = rows.order_by().filter(**{owner: OuterRef("pk")})
    return list(model._default_manager.filter(Exists(theirs)).values_list("pk", flat=True))
