"""The questions that are asked of what goes out."""

from __future__ import annotations

import datetime as dt
from typing import Self, TypeVar

from outbox.states import OutgoingState
from poster import clock
from poster.http.deadlines import LONGEST
from poster.work.leases import Leased, LeasedQuerySet

LONGEST_CALL = dt.timedelta(seconds=LONGEST + 60)
Row = TypeVar("Row", bound=Leased)


class OutgoingQuerySet(LeasedQuerySet[Row]):
    """What goes out, of one kind or of all."""

    def live(self) -> Self:
        """On their way: a worker moves them on."""
        return self.filter(state__in=OutgoingState.moving())

    def due(self) -> Self:
        """On their way, free, and their time has come.

        A call that publishes is nobody's business before its deadline, however long it may take.
        """
        now = clock.now()
        at_it = {"state": OutgoingState.PUBLISHING, "deadline_at__gt": now, "deadline_at__lt": now + LONGEST_CALL}
        return self.live().free().exclude(**at_it).order_by("next_at")

    def begun(self) -> Self:
        """Something of it is laid down: it is finished before something else is begun."""
        return self.filter(staged_at__isnull=False)

    def for_people(self) -> Self:
        """Something went wrong, or is in doubt: a person should look."""
        return self.filter(state__in=OutgoingState.for_people())

    def unfinished(self) -> Self:
        """Not at an end: its picture is still needed."""
        return self.exclude(state__in=OutgoingState.ended())
