"""A picture as a channel shows it, small, for who looks at what was published (`media.showing`).

The channel's own address of it ends within hours, so it is asked for each time, and nobody keeps it.
"""

from __future__ import annotations

from typing import BinaryIO

from accounts.models import Channel
from media.models import Asset
from media.reasons import GoneFromChannel, NotShown
from media.showing import AS_SENT, CannotShow, because, worth_telling
from outbox.access import account_to_look
from poster.errors import OutsideError, Unavailable
from poster.http.client import Answer, Client, within
from poster.reasons.outside import Unreadable
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Picturing
from publishing.states import Placement

MOST_BYTES = 8 * 2**20  # no platform takes or gives a larger picture
MOST_ASKED = 2  # channels


def show(asset: Asset, into: BinaryIO, seconds: float) -> str:
    """From the post that was published last, or the one before it."""
    told: list[NotShown] = []
    with within(seconds):
        for delivery in _published(asset)[:MOST_ASKED]:
            try:
                found = _found(delivery, asset)
            except OutsideError as error:
                told.append(because(error, refused=GoneFromChannel()).reason)
                continue
            if found:
                into.write(found)
                return AS_SENT
    if told:
        raise CannotShow(worth_telling(told))
    return ""


def _published(asset: Asset) -> list[Delivery]:
    """A story is gone after a day, and some platforms name none of its pictures: it is not asked."""
    rows = Delivery.objects.filter(
        post__items__asset=asset,
        owner=asset.owner_id,
        state=Delivery.State.PUBLISHED,
        placement=Placement.FEED,
        channel__isnull=False,
    )
    rows = rows.exclude(channel__state=Channel.State.OFF).exclude(remote_id="")
    return list(rows.select_related("channel__credential").order_by("-published_at"))


def _found(delivery: Delivery, asset: Asset) -> bytes:
    """What the channel shows of it; nothing when it shows others, or names no picture."""
    adapter, channel = PLATFORMS[delivery.platform](), delivery.channel
    shown = [each["asset"] for each in delivery.media]
    if channel is None or not isinstance(adapter, Picturing) or str(asset.pk) not in shown:
        return b""
    addresses = adapter.pictures(account_to_look(channel), delivery.remote_id)
    place = shown.index(str(asset.pk))
    if len(addresses) <= place or not addresses[place]:
        return b""
    call = Client("", _judge, PLATFORMS.label(delivery.platform), private=(), most=MOST_BYTES)
    return call.call("GET", addresses[place]).body


def _judge(_method: str, answer: Answer) -> OutsideError | None:
    return None if answer.status == 200 else Unavailable(Unreadable(service="It"))
