"""When a person asks for something that cannot be done now."""

from __future__ import annotations


class NotPossible(Exception):
    """What a person asked for does not fit the state the row is in. `str(error)` is a sentence for him."""
