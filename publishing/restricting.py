"""Restricting the use of somebody's data (article 18 GDPR): everything of his rests, and nothing is removed."""

from __future__ import annotations

from accounts.models import Channel, User
from watches.models import Watch


def rest(person: User) -> tuple[int, int]:
    """His watches stop looking and his channels are off, so that what is on its way waits. (watches, channels).

    Each is switched on again where it always is: on its own page.
    """
    watches = Watch.objects.filter(owner=person).exclude(state=Watch.State.PAUSED).update(state=Watch.State.PAUSED)
    channels = Channel.objects.filter(owner=person).exclude(state=Channel.State.OFF).update(state=Channel.State.OFF)
    return watches, channels
