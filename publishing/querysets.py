"""The questions the product asks about posts and deliveries, in its own words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from poster import clock
from poster.http.client import LONGEST
from poster.work.leases import LeasedQuerySet
from publishing.states import DeliveryState

LONGEST_CALL = dt.timedelta(seconds=LONGEST + 60)

if TYPE_CHECKING:
    from publishing.models import Delivery, Post  # noqa: F401 - for the annotations


class PostQuerySet(LeasedQuerySet["Post"]):
    """Posts."""

    def waiting(self) -> Self:
        """Drafts that wait for a person."""
        return self.filter(state="draft").exclude(wants_words="captioner")

    def wordless(self) -> Self:
        """Drafts that a captioner is to write for, as long as their files are there."""
        return self.filter(state="draft", wants_words="captioner", file__gone_at=None)


class DeliveryQuerySet(LeasedQuerySet["Delivery"]):
    """Deliveries."""

    def live(self) -> Self:
        """On their way: a worker moves them on."""
        return self.filter(state__in=DeliveryState.moving())

    def due(self) -> Self:
        """On their way, free, and their time has come.

        A call that publishes is nobody's business before its deadline, however long it may take.
        """
        now = clock.now()
        at_it = {"state": DeliveryState.PUBLISHING, "deadline_at__gt": now, "deadline_at__lt": now + LONGEST_CALL}
        return self.live().free().exclude(**at_it).order_by("next_at")

    def begun(self) -> Self:
        """Something of it is laid down: it is finished before something else is begun."""
        return self.filter(staged_at__isnull=False)

    def for_people(self) -> Self:
        """Something went wrong, or is in doubt: a person should look."""
        return self.filter(state__in=DeliveryState.for_people())

    def unfinished(self) -> Self:
        """Not at an end: its picture is still needed."""
        return self.exclude(state__in=DeliveryState.ended())
