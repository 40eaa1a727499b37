"""When what goes out is due: for the health page, and for a host that works only now and then."""

from __future__ import annotations

import datetime as dt

from outbox.models import Outgoing
from outbox.permalinks import without_link
from poster.work.leases import earliest


def oldest() -> dt.datetime | None:
    """Since when the oldest of it is due."""
    first = Outgoing.objects.due().first()
    return first.next_at if first else None


def moments() -> list[dt.datetime]:
    """When the next step on what is on its way, and on what has no link yet, is due."""
    rows = (Outgoing.objects.live(), without_link())
    return [moment for each in rows if (moment := earliest(each))]
