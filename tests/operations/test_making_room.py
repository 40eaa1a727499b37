"""Who has to go when all places are taken, as a decision; over sockets: test_serving."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from operations.connection_limits import KB, Limits, Pace, Stage, who_goes

LIMITS = Limits(places=8, spare=1)  # one address may hold two


@dataclass
class Visit:
    """One connection, `since` seconds ago."""

    visitor: str
    since: float
    stage: Stage = Stage.READING
    requests: list[Any] = field(default_factory=list)
    pace: Pace = field(default_factory=lambda: Pace(0.0))

    def reads(self, rate: float) -> Visit:
        self.pace.rate = rate
        return self


@pytest.mark.parametrize("rate", [0.0, 500.0 * KB])
def test_who_holds_more_than_a_share_goes_before_who_is_slower_or_came_first(rate: float) -> None:
    alone = Visit("alone", since=0.0).reads(rate / 2)
    many = [Visit("many", since=10.0 + each).reads(rate) for each in range(3)]
    assert who_goes([alone, *many], 100.0, LIMITS) == [many[0]]
    assert who_goes([alone, *many[:2]], 100.0, LIMITS) == [alone]
