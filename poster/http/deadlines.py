"""How long a call to the outside may take, in seconds. Rows are asked about it too, without a library to call with."""

from __future__ import annotations

DEADLINE = 60.0  # for one whole call
SLOWEST = 64 * 1024  # bytes in a second that a line has to carry, at least
LONGEST = 900.0  # for a call, however much it carries


def deadline_for(size: int) -> float:
    """Seconds for a call that carries `size` bytes."""
    return min(DEADLINE + size / SLOWEST, LONGEST)
