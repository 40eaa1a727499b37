"""How much each account asks of Drive: what a quota is measured by."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.google.people import Person
from sandbox.world import World


@dataclass(slots=True)
class Asked:
    """The calls of one account that came as far as the service, by method and kind ("GET changes.list")."""

    id: str
    calls: dict[str, int] = field(default_factory=dict)


def note(world: World, person: Person, method: str, kind: str) -> None:
    """One more call."""
    asked = world.table(Asked).setdefault(person.id, Asked(person.id))
    name = f"{method} {kind}"
    asked.calls[name] = asked.calls.get(name, 0) + 1


def of(world: World, person: Person) -> dict[str, int]:
    """All that this account has asked."""
    asked = world.table(Asked).get(person.id)
    return dict(asked.calls) if asked else {}
