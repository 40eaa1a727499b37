"""Restricting the use of somebody's data (article 18 GDPR): everything of theirs rests, and nothing is removed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import Channel, User
from poster.permissions import Caller, require_self
from watches.models import Asset, Watch

HELD = "Everything rests, as you asked. Post it, and this picture goes on."


def rest(person: User, *, by: Caller) -> tuple[int, int]:
    """Their watches stop looking, pictures without words wait, and their channels are off. (watches, channels).

    What is on its way waits at the gate. Each is switched on again where it always is: on its own page. (Tokens are
    still renewed: otherwise they would be lost.)
    """
    require_self(person, by)
    with transaction.atomic():
        watches = Watch.objects.filter(owner=person).exclude(state=Watch.State.PAUSED)
        channels = Channel.objects.filter(owner=person, state=Channel.State.ACTIVE)  # what is blocked rests already
        on_their_way = Asset.objects.filter(
            owner=person,
            state__in=[Asset.State.FOUND, Asset.State.INCOMPLETE, Asset.State.READY],
            caption=None,
            watch__isnull=False,
        )
        on_their_way.update(state=Asset.State.HELD, reason=HELD, fence=F("fence") + 1, leased_until=None)
        return watches.update(state=Watch.State.PAUSED), channels.update(state=Channel.State.OFF)
