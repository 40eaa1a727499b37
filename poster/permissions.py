"""Authorization: is this person allowed to, and does the row's state permit it?"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from poster.reasons import Reason
from poster.reasons.permissions import NotYours, OperatorsOnly
from poster.reasons.plain import Plain


class NotPossible(Exception):
    """What a person asked for does not fit the state the row is in. `reason` says why; `str(error)` is that in words.

    `about`: the name of the wish that is wrong, where it is one; a form shows the sentence there.
    """

    def __init__(self, reason: Reason | str, *, about: str = "") -> None:
        super().__init__(reason)
        self.reason = reason if isinstance(reason, Reason) else Plain(reason)
        self.about = about

    def __str__(self) -> str:
        return str(self.reason)


class Owned(Protocol):
    """A row that belongs to somebody."""

    owner_id: UUID


class Person(Protocol):
    """Who asks."""

    pk: UUID
    is_superuser: bool


def own(row: Owned, by: Person | None) -> None:
    """Raises NotPossible unless `by` owns the row or is the operator. Views scope too; this is the last door.

    Nobody is the operator at the terminal, or the machine itself.
    """
    if by is not None and row.owner_id != by.pk and not by.is_superuser:
        raise NotPossible(NotYours())


def operate(by: Person | None) -> None:
    """Raises NotPossible unless `by` is the operator, in the dashboard or at the terminal."""
    if by is not None and not by.is_superuser:
        raise NotPossible(OperatorsOnly())
