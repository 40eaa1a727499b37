"""What waits for a login is due at once when there is no more reason to wait."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Credential
from outbox.models import Outgoing
from poster import clock

State = Outgoing.State


def after_connecting(credential: Credential) -> None:
    """What was approved for its places: on its way, blocked, in doubt, or without its link. Not what is scheduled."""
    now = clock.now()
    mine = Outgoing.objects.filter(channel__credential=credential, next_at__gt=now, due_at__lte=now)
    waiting = Q(state__in=[*State.moving(), State.BLOCKED]) | Q(state=State.PUBLISHED, permalink="")
    mine.filter(waiting).update(next_at=now)
