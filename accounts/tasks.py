"""The minute's work on accounts. A task is a doorway: no arguments, a sentence as its result."""

from __future__ import annotations

from accounts.refreshing import renew_due


def round() -> str:
    """Renew the logins that end soon."""
    return renew_due()
