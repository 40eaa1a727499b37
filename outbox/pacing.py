"""Not more than they take: daily quotas as the platform counts them, and rest before an allowance is used up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q

from accounts.models import Channel
from outbox.models import Outgoing
from outbox.preflight import Stop
from outbox.protocol import Account, Adapter, Counting
from outbox.reasons.gate import FullToday
from poster import clock
from poster.errors import OutsideError
from poster.http.client import Exchange

READ_AGAIN = dt.timedelta(hours=1)
NEARLY_USED = 80  # percent of an allowance; calls beyond 100 are refused and prolong the refusal (Graph rate limits)
REST = dt.timedelta(minutes=5)
LONG_REST = dt.timedelta(hours=1)


def quota_stop(out: Outgoing, adapter: Adapter[Any], account: Account) -> Stop | None:
    """Whether the platform's own daily quota is used up. Not being able to ask is no reason to hold back."""
    channel = out.channel
    if channel is None or not isinstance(adapter, Counting):
        return None
    if _stale(channel):
        _read(channel, adapter, account)
    if channel.room_left != 0:
        return None
    rest(out, LONG_REST)
    return Stop(FullToday(channel=channel.name), after=READ_AGAIN.total_seconds(), theirs=True)


def _stale(channel: Channel) -> bool:
    now = clock.now()
    return channel.room_read_at is None or not now - READ_AGAIN <= channel.room_read_at <= now + READ_AGAIN


def _read(channel: Channel, adapter: Counting, account: Account) -> None:
    try:
        channel.room_left = adapter.room_left(account)
    except OutsideError:
        return
    channel.room_read_at = clock.now()
    Channel.objects.filter(pk=channel.pk).update(room_left=channel.room_left, room_read_at=channel.room_read_at)


def count_one(out: Outgoing) -> None:
    """One more is out; until they are asked again we count ourselves."""
    if out.channel and out.channel.room_left:
        Channel.objects.filter(outgoing=out.pk, room_left__gt=0).update(room_left=F("room_left") - 1)


def slow_down(out: Outgoing, heard: Sequence[Exchange]) -> None:
    """Let the channel rest when they say that most of our allowance is used."""
    used = max((exchange.used for exchange in heard), default=0)
    if used >= NEARLY_USED:
        rest(out, LONG_REST if used >= 100 else REST)


def rest(out: Outgoing, span: dt.timedelta) -> None:
    """Nothing goes to this channel for so long. A longer rest, that another worker was told meanwhile, stays."""
    until = clock.now() + span
    sooner = Q(resting_until=None) | Q(resting_until__lt=until)
    Channel.objects.filter(sooner, outgoing=out.pk).update(resting_until=until)
