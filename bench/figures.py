"""Of many measurements, the one that matters."""

from __future__ import annotations

from collections.abc import Sequence


def at(ordered: Sequence[float], share: float) -> float:
    """The one below which this share of them lies; 0 where there are none. The smallest comes first."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
