"""How much of a person's budget is spent, for people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from accounts import allowances
from accounts.models import User
from writing.ai_costs import spent

WARNS = 80  # percent of a budget


@dataclass(frozen=True, slots=True)
class Budget:
    """US dollars of the operator's in the present month: spent, as it is counted, and what may be."""

    spent: Decimal
    most: Decimal

    @classmethod
    def of(cls, person: User) -> Self:
        """As it stands now."""
        return cls(spent(person), allowances.ai_budget(person))

    @property
    def percent(self) -> int:
        """Of the budget, to 100."""
        return min(int(self.spent * 100 / self.most), 100) if self.most else 100

    @property
    def state(self) -> str:
        """How near its end it is: "good", "wait" (much is spent) or "bad" (captions wait)."""
        if self.spent >= self.most:
            return "bad"
        return "wait" if self.percent >= WARNS else "good"
