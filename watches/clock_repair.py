"""What a wrong clock has written about looks and pictures."""

from __future__ import annotations

from poster import clock
from poster.work.clock_jumps import Put
from poster.work.leases import LONGEST
from watches.models import FoundFile, SourceCursor


def after_clock_put(put: Put) -> None:
    """What is due too far ahead is due; leases that are longer than a lease are over."""
    now = clock.now()
    for model in (SourceCursor, FoundFile):
        model.objects.filter(next_at__gt=put.too_far(now)).update(next_at=now)
        model.objects.filter(leased_until__gt=now + LONGEST).update(leased_until=None)
    SourceCursor.objects.filter(relisted_at__gt=now).update(relisted_at=None)
