"""The smallest plan that still fails: first fewer deliveries, then fewer faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from proof.faults import Place
from proof.private_world import Part
from proof.results import Result
from proof.verdict import Wrong

MOST_ROUNDS = 40
NONE = (Place(-1, "", 0), "")  # it fails without any fault
Play = Callable[[Part], Result]
Faults = list[tuple[Place, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes: these deliveries, in this part, and these faults."""

    wrong: Wrong
    deliveries: tuple[int, ...]
    faults: tuple[tuple[Place, str], ...]


def shrink(part: Part, wrong: Wrong, play: Play) -> Plan | None:
    """The smallest plan found for this; None when it does not fail again on its own (then its whole part does)."""
    for fewer in _fewer(part, wrong.delivery):
        if faults := _faults(play(fewer), wrong):
            return _with_fewer_faults(fewer, wrong, faults, play)
    return None


def _fewer(part: Part, guilty: int) -> Iterator[Part]:
    """The delivery alone, then with all that share its channel."""
    yield replace(part, only=frozenset({guilty}))
    channel = part.channel_of(guilty)
    yield replace(part, only=frozenset(n for n in part.numbers if part.channel_of(n) == channel))


def _faults(result: Result, wrong: Wrong) -> Faults | None:
    """Where faults struck, if it failed in the same way; the first of them is never empty."""
    if not any((fault.kind, fault.delivery) == (wrong.kind, wrong.delivery) for fault in result.wrong):
        return None
    return sorted(fault for faults in result.plans.values() for fault in faults) or [NONE]


def _with_fewer_faults(part: Part, wrong: Wrong, faults: Faults, play: Play) -> Plan:
    """Leave out halves, quarters ... single ones, as long as it still fails."""
    size = len(faults)
    for _ in range(MOST_ROUNDS):
        if faults == [NONE]:
            break
        size = max(min(size, len(faults) // 2), 1)
        if smaller := _smaller(part, wrong, faults, size, play):
            faults = smaller
        elif size == 1:
            break
        else:
            size //= 2
    return Plan(wrong, tuple(part.numbers), tuple(fault for fault in faults if fault[1]))


def _smaller(part: Part, wrong: Wrong, faults: Faults, size: int, play: Play) -> Faults | None:
    """The first plan that still fails without `size` faults in a row."""
    for start in range(0, len(faults), size):
        rest = [place for place, _ in faults[:start] + faults[start + size :]]
        if kept := _faults(play(_with_only(part, rest)), wrong):
            return kept
    return None


def _with_only(part: Part, places: list[Place]) -> Part:
    return replace(part, trouble=replace(part.trouble, only=frozenset(places)))
