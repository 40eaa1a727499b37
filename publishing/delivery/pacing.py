"""Not more than they take: daily quotas as the platform counts them, and rest before an allowance is used up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Q

from accounts.models import Channel
from poster import clock
from poster.errors import OutsideError
from poster.http.client import Exchange
from publishing.delivery.preflight import Stop
from publishing.models import Delivery
from publishing.platforms import Account, Counting, Platform
from publishing.reasons.gate import FullToday

READ_AGAIN = dt.timedelta(hours=1)
NEARLY_USED = 80  # percent of an allowance; calls beyond 100 are refused and prolong the refusal (Graph rate limits)
REST = dt.timedelta(minutes=5)
LONG_REST = dt.timedelta(hours=1)


def quota_stop(delivery: Delivery, platform: Platform, account: Account) -> Stop | None:
    """Whether the platform's own daily quota is used up. Not being able to ask is no reason to hold back."""
    channel = delivery.channel
    if channel is None or not isinstance(platform, Counting):
        return None
    if _stale(channel):
        _read(channel, platform, account)
    if channel.room_left != 0:
        return None
    rest(delivery, LONG_REST)
    return Stop(FullToday(channel=channel.name), after=READ_AGAIN.total_seconds(), theirs=True)


def _stale(channel: Channel) -> bool:
    now = clock.now()
    return channel.room_read_at is None or not now - READ_AGAIN <= channel.room_read_at <= now + READ_AGAIN


def _read(channel: Channel, platform: Counting, account: Account) -> None:
    try:
        channel.room_left = platform.room_left(account)
    except OutsideError:
        return
    channel.room_read_at = clock.now()
    Channel.objects.filter(pk=channel.pk).update(room_left=channel.room_left, room_read_at=channel.room_read_at)


def count_one(delivery: Delivery) -> None:
    """One more is out; until they are asked again we count ourselves."""
    Channel.objects.filter(deliveries=delivery, room_left__gt=0).update(room_left=F("room_left") - 1)


def slow_down(delivery: Delivery, heard: Sequence[Exchange]) -> None:
    """Let the channel rest when they say that most of our allowance is used."""
    used = max((exchange.used for exchange in heard), default=0)
    if used >= NEARLY_USED:
        rest(delivery, LONG_REST if used >= 100 else REST)


def rest(delivery: Delivery, span: dt.timedelta) -> None:
    """Nothing goes to this channel for so long. A longer rest, that another worker was told meanwhile, stays."""
    until = clock.now() + span
    sooner = Q(resting_until=None) | Q(resting_until__lt=until)
    Channel.objects.filter(sooner, deliveries=delivery).update(resting_until=until)
