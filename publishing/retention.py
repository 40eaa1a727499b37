"""The bytes of pictures: only while they are needed (`Manifest.retention`)."""

from __future__ import annotations

from publishing.delivery.cleanup import drop_finished, drop_small_copies


def pictures() -> int:
    """What is published or given up."""
    gone = 0
    while dropped := drop_finished():
        gone += dropped
    return gone


def small_copies() -> int:
    """Of found pictures, of people who want them no more."""
    return drop_small_copies()
