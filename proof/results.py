"""What came of a part, and of all parts together. Plain values: they travel between processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from proof.faults import Place
from proof.verdict import KINDS, Wrong


@dataclass(slots=True)
class Result:
    """Of one part; add others to it for the whole.

    ends: (platform, state) -> how many, before people were asked. reasons: why a person was asked, or it failed.
    people: what they were asked, and what became of it. plans: delivery -> where faults struck it.
    """

    deliveries: int = 0
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    after_people: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    plans: dict[int, list[tuple[Place, str]]] = field(default_factory=dict)
    calls: int = 0
    commits: int = 0
    steps: int = 0
    stale: int = 0
    simulated: float = 0.0

    def add(self, other: Result) -> None:
        """Count another part in."""
        for name in ("ends", "reasons", "after_people", "struck", "plans"):
            getattr(self, name).update(getattr(other, name))
        for name in ("deliveries", "asked", "calls", "commits", "steps", "stale"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong
        self.simulated = max(self.simulated, other.simulated)

    def count(self, kind: str) -> int:
        """How many deliveries are wrong in this way."""
        return len({fault.delivery for fault in self.wrong if fault.kind == kind})

    def in_state(self, state: str, platform: str = "") -> int:
        """How many ended so, before people were asked."""
        return sum(many for (place, end), many in self.ends.items() if end == state and platform in ("", place))

    def of(self, platform: str) -> int:
        """How many deliveries of this platform there were."""
        return sum(many for (place, _), many in self.ends.items() if place == platform)

    @property
    def well(self) -> bool:
        """Nothing at all is wrong."""
        return not any(self.count(kind) for kind in KINDS)
