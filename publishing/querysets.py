"""The questions the product asks about posts and deliveries, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from poster.work.leases import LeasedQuerySet
from publishing.states import DeliveryState

if TYPE_CHECKING:
    from publishing.models import Delivery, Post  # noqa: F401 - for the annotations


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def waiting(self) -> Self:
        """Drafts that wait for a person."""
        return self.filter(state="draft")


class DeliveryQuerySet(LeasedQuerySet["Delivery"]):
    """Deliveries."""

    def live(self) -> Self:
        """On their way: a worker moves them on."""
        return self.filter(state__in=DeliveryState.moving())

    def due(self) -> Self:
        """On their way, free, and their time has come."""
        return self.live().free().order_by("next_at")

    def for_people(self) -> Self:
        """Something went wrong, or is in doubt: a person should look."""
        return self.filter(state__in=DeliveryState.for_people())

    def unfinished(self) -> Self:
        """Not at an end: its picture is still needed."""
        return self.exclude(state__in=DeliveryState.ended())
