"""From a grant to a credential and the channels that it opens; and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from accounts.connections import suspensions
from accounts.connections.provider_apps import app_of
from accounts.models import Channel, Credential, Revocation, User
from accounts.providers import PROVIDERS, App, Grant, Place, Profile, Provider
from accounts.reason_columns import WELL, because
from accounts.reasons.connecting import LoginOfAnother, TakenByAnother
from accounts.reasons.login_events import ConnectedWithTokens
from accounts.reasons.logins import Closed, Disconnected, EndsSoon, Lacking, LeftOut, Released
from poster import clock
from poster.errors import OutsideError
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Because, Reason

NO_TOKEN = {"access_token": ""}


@dataclass(frozen=True, slots=True)
class Found:
    """What a login turned out to be: whose, and what it opens. `problem`: why it could not be made lasting, if so."""

    grant: Grant
    profile: Profile
    places: list[Place]
    problem: Reason | None = None


def connect(
    owner: User,
    provider: str,
    grant: Grant,
    *,
    practice: bool = False,
    expecting: str = "",
    request: HttpRequest | None = None,
) -> tuple[Credential, list[Channel]]:
    """Keep the login and the places that it opens. Connecting again replaces the old token and unblocks.

    It is in the security log, but for what practice connects by itself; `request`: from where a person asked for it.

    Raises what the provider raises (`poster.errors`), and NotPossible when the login neither is nor opens the account
    `expecting` (by the provider's id or name for it), or all that it opens is connected by somebody else here; then
    nothing is changed.
    """
    found = look(provider, grant)
    opens = {name for place in found.places for name in (place.remote_id, place.handle)}
    if expecting and expecting not in {found.profile.remote_id, found.profile.name, *opens}:
        raise NotPossible(
            LoginOfAnother(name=found.profile.name, id_there=str(found.profile.remote_id), expecting=str(expecting))
        )
    others = taken(owner, found.places)
    free = [place for place in found.places if key(place) not in others]
    if found.places and not free:
        raise NotPossible(TakenByAnother())
    credential, channels = keep(owner, provider, replace(found, places=free), opens=found.places, practice=practice)
    if request is not None or not practice:
        fact = ConnectedWithTokens(login=str(credential), places=len(channels))
        record(Kind.CONNECT, fact, person=owner.pk, request=request)
    return credential, channels


def look(provider: str, grant: Grant) -> Found:
    """Make the login last, and ask whose it is and what it opens. Raises what the provider raises."""
    adapter, app = PROVIDERS[provider](), app_of(provider)
    grant, problem = _lasting(adapter, grant, app)
    return Found(grant, adapter.identify(grant, app), adapter.discover(grant, app), problem)


def keep(
    owner: User, provider: str, found: Found, *, opens: Iterable[Place], practice: bool
) -> tuple[Credential, list[Channel]]:
    """Keep the login and `found.places`; those that were connected through it and are not among them are blocked.

    `opens`: all that the login opens. Of these, what is not kept was left out on purpose, and is free for others here.

    Raises NotPossible when somebody else connects one of them at this very moment; then nothing is kept.
    """
    try:
        with transaction.atomic():
            Revocation.objects.filter(provider=provider, remote_id=found.profile.remote_id).delete()
            credential = _kept_login(owner, provider, found.profile, practice=practice)
            _fill(credential, found)
            channels = [_kept_channel(credential, place) for place in sorted(found.places, key=key)]  # all in one order
            _block_the_rest(credential, channels, {key(place) for place in opens})
            suspensions.connected(credential)  # with it: what waited is due, or it is not connected
    except IntegrityError:  # channel_of_one_person
        if taken(owner, found.places):
            raise NotPossible(TakenByAnother()) from None
        raise
    return credential, channels


def key(place: Place) -> str:
    """A place in one word, as a form sends it."""
    return f"{place.platform}:{place.remote_id}"


def taken(owner: User, places: Iterable[Place]) -> set[str]:
    """Those of `places` that go on through somebody else's login here. None where the operator allows sharing."""
    if settings.ALLOW_SHARED_CHANNELS:
        return set()
    ids = [place.remote_id for place in places]
    rows = Channel.objects.filter(remote_id__in=ids, released=False).exclude(owner=owner)
    return {f"{platform}:{remote_id}" for platform, remote_id in rows.values_list("platform", "remote_id")}


def living_on(provider: str, remote_id: str) -> QuerySet[Credential]:
    """The logins here that live on what this account there allowed. A Page's token outlives the login that opened it.

    One and the same may be in it several times.
    """
    alive = Q(state=Credential.State.ACTIVE) | Q(channels__token__isnull=False)
    return Credential.objects.filter(alive, provider=provider, remote_id=remote_id)


def _lasting(adapter: Provider, grant: Grant, app: App) -> tuple[Grant, Reason | None]:
    """The login made lasting; or as it is, and what they said to that. It works either way, for a while."""
    try:
        return adapter.lengthen(grant, app), None
    except OutsideError as error:
        return grant, error.reason


def _kept_login(owner: User, provider: str, profile: Profile, *, practice: bool) -> Credential:
    credential, _ = Credential.objects.get_or_create(
        owner=owner,
        provider=provider,
        remote_id=profile.remote_id,
        defaults={"secret": NO_TOKEN, "version": 0, "practice": practice},
    )
    return credential


def _fill(credential: Credential, found: Found) -> None:
    grant = found.grant
    secret = {"access_token": grant.access_token, "refresh_token": grant.refresh_token}
    _update(
        credential,
        name=found.profile.name,
        scoped_id=found.profile.scoped_id,
        secret=_sealed(credential, "secret", secret),
        scopes=list(grant.scopes),
        expires_at=grant.expires_at,
        ends_at=grant.ends_at,
        refreshed_at=clock.now(),
        version=F("version") + 1,
        state=Credential.State.ACTIVE,
        **told_of(found),
    )


def told_of(found: Found) -> dict[str, Any]:
    """What its row says about how long it lasts."""
    return because(EndsSoon(cause=Because(found.problem))) if found.problem else WELL


def _kept_channel(credential: Credential, place: Place) -> Channel:
    """A place that another login of the same owner opened before moves over to this one."""
    channel, _ = Channel.objects.get_or_create(
        owner=credential.owner,
        platform=place.platform,
        remote_id=place.remote_id,
        defaults={"credential": credential, "name": place.name, "state": Channel.State.BLOCKED},  # until it is filled
    )
    _update(
        channel,
        credential=credential,
        name=place.name,
        handle=place.handle,
        token=_sealed(channel, "token", place.token) if place.token else None,
        state=_state(channel, place),
        **_lacking(place),
        shared=settings.ALLOW_SHARED_CHANNELS,
        released=False,
    )
    return channel


def _state(channel: Channel, place: Place) -> str:
    if channel.state == Channel.State.OFF:
        return Channel.State.OFF  # the owner's own choice stays
    return Channel.State.BLOCKED if place.missing else Channel.State.ACTIVE


def _lacking(place: Place) -> dict[str, Any]:
    return because(Lacking(name=place.name, missing=place.missing)) if place.missing else WELL


def _block_the_rest(credential: Credential, kept: Iterable[Channel], opens: set[str]) -> None:
    """Places that this login opened before: those that it does not open any more, and those that were left out now."""
    closed = credential.channels.exclude(pk__in=[channel.pk for channel in kept])
    left_out = [channel.pk for channel in closed if f"{channel.platform}:{channel.remote_id}" in opens]
    _block(closed.filter(pk__in=left_out), LeftOut(), released=True)
    _block(closed.exclude(pk__in=left_out), Closed())


def _block(channels: QuerySet[Channel], reason: Reason, *, released: bool = False) -> None:
    """No token of theirs stays here. What its owner had switched off stays so."""
    channels.exclude(state=Channel.State.OFF).update(state=Channel.State.BLOCKED, **because(reason))
    channels.update(token=None, **({"released": True} if released else {}))


def release(channel: Channel, *, by: Caller) -> None:
    """Let somebody else on this install connect it. Nothing goes out there from here until it is connected again."""
    require_owner(channel, by, Scope.ACCOUNT)
    _block(Channel.objects.filter(pk=channel.pk), Released(), released=True)


def delete_tokens(credential: Credential) -> None:
    """Forget the tokens. The rows stay, so that history, watches and the once-only guards stay too."""
    with transaction.atomic():
        _update(
            credential,
            secret=_sealed(credential, "secret", NO_TOKEN),
            scopes=[],
            expires_at=None,
            ends_at=None,
            version=F("version") + 1,
            state=Credential.State.BLOCKED,
            **because(Disconnected()),
        )
        Channel.objects.filter(credential=credential).update(token=None, released=True)
        living = Channel.objects.filter(credential=credential, state=Channel.State.ACTIVE)
        living.update(state=Channel.State.BLOCKED, **because(Disconnected()))


def _sealed(row: Credential | Channel, column: str, value: object) -> object:
    return row._meta.get_field(column).seal(row.pk, value)  # type: ignore[union-attr]


def _update(row: Credential | Channel, **values: Any) -> None:  # noqa: ANN401
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
