"""Looks and pictures that wait for a login or a key, and are due at once when there is no more reason to wait."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Credential
from poster import clock
from watches.models import Asset, Stream

WAITING = (Asset.State.FOUND, Asset.State.READY)


def after_connecting(credential: Credential) -> None:
    """Its looks, and the pictures that they found."""
    now = clock.now()
    Stream.objects.filter(credential=credential, next_at__gt=now).update(next_at=now)
    Asset.objects.filter(watch__stream__credential=credential, next_at__gt=now, state__in=WAITING).update(next_at=now)


def after_ai_key(owner_id: UUID, service: str) -> None:
    """The pictures that this service is to describe."""
    now = clock.now()
    rows = Asset.objects.filter(owner_id=owner_id, watch__captioner=service, caption__isnull=True, next_at__gt=now)
    rows.filter(state=Asset.State.READY).update(next_at=now)
