"""Authorization: is this caller allowed to, and does the row's state permit it?

A service, a function that people act through, takes a `Caller` and has no default for it. Views scope what they show as
well; this is the last door, whoever asks and wherever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self, cast
from uuid import UUID

from django.http import HttpRequest

from poster.reasons import Reason
from poster.reasons.permissions import NotYours, OperatorsOnly, ScopeMissing


class NotPossible(Exception):
    """What a person asked for does not fit the state the row is in. `reason` says why; `str(error)` is that in words.

    `about`: the name of the wish that is wrong, where it is one; a form shows the sentence there.
    """

    def __init__(self, reason: Reason, *, about: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
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


class Door(StrEnum):
    """Where a wish comes in."""

    DASHBOARD = "dashboard"
    LINK = "link"  # in a mail, for one thing alone
    TERMINAL = "terminal"  # a command of the operator's
    MACHINE = "machine"  # a standing order, or what keeps the install in order


class Scope(StrEnum):
    """What may be done through a door. The rights of the person come on top of it, never instead."""

    DRAFT = "draft"  # write and change what waits for a yes
    PUBLISH = "publish"  # say what goes out, and where to: approve, post again, standing orders
    ACCOUNT = "account"  # the person's own account and logins: connect, take a copy, leave
    OPERATE = "operate"  # use the rights of an operator


EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, at which door, and what they may do there. `person`: None at the terminal and for the machine."""

    person: Person | None
    door: Door
    scopes: frozenset[Scope]

    @classmethod
    def of(cls, person: Person) -> Self:
        """A person in the dashboard."""
        return cls(person, Door.DASHBOARD, EVERYTHING)

    def __str__(self) -> str:
        return "The operator" if self.person is None else str(self.person)

    @property
    def person_id(self) -> UUID | None:
        """Whose name stands beside what is done; None where nobody's does."""
        return None if self.person is None else self.person.pk

    @property
    def operates(self) -> bool:
        """Whether these are the rights of an operator."""
        return Scope.OPERATE in self.scopes and (self.person is None or self.person.is_superuser)


TERMINAL = Caller(None, Door.TERMINAL, EVERYTHING)
MACHINE = Caller(None, Door.MACHINE, EVERYTHING)


def in_dashboard(request: HttpRequest) -> Caller:
    """Whoever is signed in. Nobody's rows are theirs who is not."""
    return Caller.of(cast(Person, request.user))


def require_owner(row: Owned, by: Caller, scope: Scope) -> None:
    """Raises NotPossible unless the row is theirs, or they operate, and this door lets them do such a thing."""
    if row.owner_id != by.person_id and not by.operates:
        raise NotPossible(NotYours())
    require_scope(by, scope)


def require_self(person: Person, by: Caller, scope: Scope = Scope.ACCOUNT) -> None:
    """Raises NotPossible unless it is about themselves, or they operate, and this door lets them."""
    if person.pk != by.person_id and not by.operates:
        raise NotPossible(NotYours())
    require_scope(by, scope)


def require_operator(by: Caller) -> None:
    """Raises NotPossible unless they have the rights of an operator here."""
    if not by.operates:
        raise NotPossible(OperatorsOnly())


def require_scope(by: Caller, scope: Scope) -> None:
    """Raises NotPossible unless this door lets them do such a thing."""
    if scope not in by.scopes:
        raise NotPossible(ScopeMissing(scope=scope.value))
