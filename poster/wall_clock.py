"""A time as a clock on the wall shows it, and the moment that is meant. Only moments are stored, in UTC."""

from __future__ import annotations

import datetime as dt


def moment(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The moment of a naive wall time. One that the clock skips moves forward by what is skipped (RFC 5545 3.3.5); of
    one that comes twice, the first is meant (PEP 495, fold 0)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
