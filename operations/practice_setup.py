"""Practice: accounts in the sandbox, a watch on the inbox and one on a practice Drive folder. Nothing is public."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from accounts.connections.grants import connect, delete_tokens
from accounts.models import Channel, Credential, ProviderApp, User
from accounts.people import operator
from accounts.providers import PROVIDERS, Grant
from poster import clock
from poster.permissions import MACHINE
from watches.models import Watch
from watches.sources import about
from watches.watch_service import add_watch, remove

EVERY, EVERY_DRIVE = 2, 5  # seconds between two looks: who tries it out does not like to wait
Login = dict[str, Any]


def wanted() -> bool:
    """Whether nothing real is configured, so that practice is all there is to do."""
    if settings.REMOTE_ROOT or settings.COMPATIBLE_URL or any(settings.AI_KEYS.values()):
        return False
    if any(client_id for client_id, _ in settings.PROVIDER_APPS.values()):
        return False
    return not (ProviderApp.objects.exists() or Credential.objects.filter(practice=False).exists())


def logins(root: str) -> dict[str, Login]:
    """Ask the sandbox for the practice logins."""
    answer = requests.post(f"{root}/_sandbox/practice", timeout=10)
    answer.raise_for_status()
    return {provider: login for provider, login in answer.json().items() if provider in PROVIDERS}


def begin(logins: dict[str, Login]) -> None:
    """Connect the practice accounts for the operator and watch the two places. May be repeated."""
    owner = operator()
    connected = {
        provider: _connect(owner, provider, logins[provider]) for provider in _in_order() if provider in logins
    }
    _forget_earlier_ones(owner, list(connected.values()))
    channels = list(Channel.objects.filter(credential__in=connected.values(), state=Channel.State.ACTIVE))
    if channels:
        _watch_inbox(owner, channels)
    drive = about("drive").provider
    if channels and drive in connected:
        _watch_drive(owner, connected[drive], str(logins[drive]["folder_id"]), channels)


def _connect(owner: User, provider: str, login: Login) -> Credential:
    seconds = login.get("expires_in")
    grant = Grant(
        access_token=login["access_token"],
        refresh_token=login.get("refresh_token", ""),
        expires_at=clock.now() + dt.timedelta(seconds=seconds) if seconds else None,
        scopes=tuple(login.get("scopes", ())),
    )
    credential, _ = connect(owner, provider, grant, practice=True)
    Credential.objects.filter(pk=credential.pk).update(by_practice=True)
    return credential


def _forget_earlier_ones(owner: User, present: list[Credential]) -> None:
    """A sandbox that lost its memory has new people; the old logins open nothing any more.

    Accounts of the sandbox that the operator connected by hand are not ours to end.
    """
    old = Credential.objects.filter(owner=owner, practice=True, by_practice=True, state=Credential.State.ACTIVE)
    for credential in old.exclude(pk__in=[one.pk for one in present]):
        delete_tokens(credential)


def _watch_inbox(owner: User, channels: list[Channel]) -> None:
    inbox = Path(settings.INBOX)
    inbox.mkdir(parents=True, exist_ok=True)
    if _goes_on(owner, "folder", str(inbox.resolve()), None, channels):
        return
    watch = add_watch(
        owner,
        by=MACHINE,
        name=_free_name(owner, "Inbox"),
        source="folder",
        place=str(inbox),
        channels=channels,
        interval=EVERY,
        approval="auto",
    )
    _mark(watch)


def _watch_drive(owner: User, login: Credential, folder_id: str, channels: list[Channel]) -> None:
    if _goes_on(owner, "drive", folder_id, login, channels):
        return
    watch = add_watch(
        owner,
        by=MACHINE,
        name=_free_name(owner, "Practice Drive"),
        source="drive",
        place=folder_id,
        credential=login,
        channels=channels,
        interval=EVERY_DRIVE,
        approval="auto",
        backlog="post",
    )
    _mark(watch)


def _mark(watch: Watch) -> None:
    Watch.objects.filter(pk=watch.pk).update(by_practice=True)


def _goes_on(owner: User, source: str, place: str, login: Credential | None, channels: list[Channel]) -> bool:
    """Whether something looks there in practice already, be it the operator's own.

    What practice made for a sandbox that is gone is removed, and its channels follow the sandbox's. What the operator
    made is never touched.
    """
    here = Watch.objects.filter(owner=owner, practice=True, stream__source=source)
    same = here.filter(place_id=place, **({"stream__credential": login} if login else {}))
    for watch in here.filter(by_practice=True).exclude(pk__in=same.values("pk")):
        remove(watch, by=MACHINE)
    for watch in same.filter(by_practice=True):
        if not watch.channels.filter(pk__in=[channel.pk for channel in channels]).exists():
            watch.channels.set(channels)
    return same.exists()


def _free_name(owner: User, name: str) -> str:
    taken = Watch.objects.filter(owner=owner, name=name).exists()
    return f"{name} (practice)" if taken else name


def end() -> int:
    """Real accounts are configured: practice watches rest. Returns how many."""
    practising = Watch.objects.filter(practice=True).exclude(state=Watch.State.PAUSED)
    return practising.update(state=Watch.State.PAUSED)


def _in_order() -> list[str]:
    """Those that open places to post to first: a watch needs a channel."""
    return sorted(PROVIDERS, key=lambda name: not PROVIDERS[name].for_posting)
