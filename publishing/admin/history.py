"""The list of deliveries as a file: what is filtered is what one gets, all of it, whatever page is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.timezone import localtime

from accounts.local_time import said_as_now
from publishing.models import Delivery

NAME = "deliveries"
HEAD = ("due", "published", "state", "platform", "channel", "words", "link", "problem", "id")
WHOSE = "owner"


def rows(deliveries: Iterable[Delivery], *, of_several: bool) -> Iterator[tuple[object, ...]]:
    """The cells under `HEAD`; `of_several`: and whose it is, under `WHOSE`."""
    return said_as_now(_cells(delivery) + ((str(delivery.owner),) if of_several else ()) for delivery in deliveries)


def _cells(delivery: Delivery) -> tuple[object, ...]:
    return (
        localtime(delivery.due_at),
        localtime(delivery.published_at) if delivery.published_at else None,
        delivery.get_state_display(),
        delivery.platform,
        delivery.channel_name,
        delivery.text,
        delivery.permalink,
        delivery.error,
        str(delivery.pk),
    )
