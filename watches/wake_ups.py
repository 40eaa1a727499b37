"""Looks and files that wait for a login, and are due at once when there is no more reason to wait."""

from __future__ import annotations

from accounts.models import Credential
from poster import clock
from watches.models import FoundFile, SourceCursor


def after_connecting(credential: Credential) -> None:
    """Its looks, and the files that they found."""
    now = clock.now()
    SourceCursor.objects.filter(credential=credential, next_at__gt=now).update(next_at=now, failures=0)
    waiting = FoundFile.objects.filter(watch__stream__credential=credential, state=FoundFile.State.FOUND)
    waiting.filter(next_at__gt=now).update(next_at=now)
