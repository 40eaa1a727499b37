"""Days as bars of a small drawing. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Amount = int | Decimal
STEP, WIDE, HIGH, LOW = 20, 14, 72, 2  # from bar to bar, a bar, the highest, a day without any
SEEN = 8  # as high is the lowest bar of a day with anything


@dataclass(frozen=True, slots=True)
class Bar:
    """A day. Where it stands in the drawing, and how high."""

    day: dt.date
    amount: Amount
    x: int
    y: int
    height: int


def drawn(days: Sequence[dt.date], amounts: Sequence[Amount]) -> list[Bar]:
    """As high as they are to the highest."""
    most = max(amounts, default=0) or 1
    heights = [max(int(amount * HIGH / most), SEEN) if amount else LOW for amount in amounts]
    rows = enumerate(zip(days, amounts, heights, strict=True))
    return [Bar(day, amount, at * STEP, HIGH - high, high) for at, (day, amount, high) in rows]


def width(bars: Sequence[Bar]) -> int:
    """Of the drawing: to the end of the last bar."""
    return len(bars) * STEP - (STEP - WIDE)
