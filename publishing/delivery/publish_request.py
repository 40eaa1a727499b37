"""From a delivery to the values that its platform's adapter takes."""

from __future__ import annotations

from publishing.delivery import renditions
from publishing.models import Delivery
from publishing.platforms import Request


def request_of(delivery: Delivery, *, with_parts: bool = False) -> Request:
    """What is to be shown. Pictures only where they are laid down."""
    parts = renditions.parts(delivery) if with_parts else ()
    ai = delivery.made_with_ai or renditions.says_ai(delivery)
    return Request(delivery.form, delivery.text, parts, ai=ai, options=delivery.options)
