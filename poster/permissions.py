"""Authorization: is this person allowed to, and does the row's state permit it?"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class NotPossible(Exception):
    """What a person asked for does not fit the state the row is in. `str(error)` is a sentence for them.

    `about`: the name of the wish that is wrong, where it is one; a form shows the sentence there.
    """

    def __init__(self, sentence: str, *, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


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
        raise NotPossible("You don't have access to this.")


def operate(by: Person | None) -> None:
    """Raises NotPossible unless `by` is the operator, in the dashboard or at the terminal."""
    if by is not None and not by.is_superuser:
        raise NotPossible("Only the operator does that.")
