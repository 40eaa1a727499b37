"""The bytes of pictures: only while they are needed (`Manifest.retention`)."""

from __future__ import annotations

from publishing.delivery.cleanup import drop_finished


def pictures() -> int:
    """What is published or given up."""
    gone = 0
    while dropped := drop_finished():
        gone += dropped
    return gone
