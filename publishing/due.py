"""When what goes out is due: for the health page, and for a host that works only now and then."""

from __future__ import annotations

import datetime as dt

from poster.work.leases import earliest
from publishing.delivery.permalinks import without_link
from publishing.models import Delivery, Series
from publishing.posts import repeating


def oldest() -> dt.datetime | None:
    """Since when the oldest delivery is due."""
    first = Delivery.objects.due().first()
    return first.next_at if first else None


def moments() -> list[dt.datetime]:
    """When the next step on what is on its way, and on what has no link yet, is due."""
    rows = (Delivery.objects.live(), without_link())
    series = Series.objects.filter(state=Series.State.REPEATING).order_by("next_at").first()
    repeated = [series.next_at - repeating.AHEAD] if series else []
    return [*repeated, *(moment for each in rows if (moment := earliest(each)))]
