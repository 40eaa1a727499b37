"""Looks and pictures that wait for a login or a key, and are due at once when there is no more reason to wait."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Credential
from poster import clock
from poster.errors import OutsideError
from poster.work import cooldowns
from watches.ai_accounts import Account, account_of
from watches.models import Asset, Stream, Watch
from writing.keys import key_for

WAITING = (Asset.State.FOUND, Asset.State.READY)


def after_connecting(credential: Credential) -> None:
    """Its looks, and the pictures that they found."""
    now = clock.now()
    Stream.objects.filter(credential=credential, next_at__gt=now).update(next_at=now, failures=0)
    Asset.objects.filter(watch__stream__credential=credential, next_at__gt=now, state__in=WAITING).update(next_at=now)


def after_ai_key(owner_id: UUID, service: str) -> None:
    """A key was stored or removed: the pictures that this service is to describe for its owner."""
    watches = Watch.objects.filter(owner_id=owner_id, captioner=service)
    models = watches.order_by().values_list("model", flat=True).distinct()
    with contextlib.suppress(OutsideError):  # there is no key now, and the pictures say so
        key = key_for(service, owner_id)
        accounts = [Account(service, replace(key, model=model), owner_id) for model in models]
        cooldowns.try_now({name for account in accounts for name in account.keys})
    wake(Asset.objects.filter(watch__in=watches))


def after_changing(watch: Watch) -> None:
    """Another captioner, model or key: what may be held of it is tried at once, by one of its pictures."""
    with contextlib.suppress(OutsideError):  # there is no key now, and its pictures say so
        cooldowns.try_now(account_of(watch, watch.owner_id).keys)
    wake(Asset.objects.filter(watch=watch))


def after_an_answer(captioner: str) -> None:
    """One was described where nothing was for a while: the others follow."""
    wake(Asset.objects.filter(watch__captioner=captioner))


def wake(assets: QuerySet[Asset]) -> None:
    """Those that want words are due now."""
    now = clock.now()
    assets.filter(state=Asset.State.READY, caption__isnull=True, next_at__gt=now).update(next_at=now)
