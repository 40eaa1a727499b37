"""The list of deliveries as a file: what is filtered is what one gets, all of it, whatever page is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.timezone import get_current_timezone, localtime

from publishing.models import Delivery

NAME = "deliveries"
HEAD = ("due", "published", "state", "platform", "channel", "words", "link", "problem", "id")
WHOSE = "owner"


def rows(deliveries: Iterable[Delivery], *, of_several: bool) -> Iterator[tuple[object, ...]]:
    """The cells under `HEAD`; `of_several`: and whose it is, under `WHOSE`."""
    zone = get_current_timezone()  # now: when the file is written, the request is over and its zone is put back
    return (_cells(delivery, zone) + ((str(delivery.owner),) if of_several else ()) for delivery in deliveries)


def _cells(delivery: Delivery, zone: dt.tzinfo) -> tuple[object, ...]:
    return (
        localtime(delivery.due_at, zone),
        localtime(delivery.published_at, zone) if delivery.published_at else None,
        delivery.get_state_display(),
        delivery.platform,
        delivery.channel_name,
        delivery.text,
        delivery.permalink,
        delivery.error,
        str(delivery.pk),
    )
