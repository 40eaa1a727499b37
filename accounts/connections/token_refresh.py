"""Keeping logins alive: opened when needed, renewed before they end, blocked when only a person can help.

What follows when one is refused: see `accounts.connections.refusals`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.utils.translation import ngettext

from accounts.connections import login_doubts
from accounts.connections.blocks import block
from accounts.connections.provider_apps import opened_app
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS, Grant
from accounts.reason_columns import WELL, because
from accounts.reasons.logins import NO_TOKEN, IsPractice, IsReal, KeysMissing, Lacking, NamedNotAccepted, NotRenewed
from poster import clock
from poster.errors import OutsideError, Unauthorized, Unavailable
from poster.http import turnstile
from poster.reasons import Because
from poster.secrets.keyring import Undecryptable
from poster.work import cooldowns, time_budget

URGENT = dt.timedelta(minutes=5)  # a token that ends sooner is renewed before it is used
ENDED = dt.timedelta(0)
HOUR = 3600
AT_ONCE = 20  # logins of one provider that one round renews


def grant_of(credential: Credential, holder: UUID | None = None) -> Grant:
    """The login, ready to use.

    Raises Unauthorized when only a person can help (the credential says why), Unavailable when it has ended
    and cannot be renewed right now, or when it belongs to the other world (practice against real), RateLimited while it
    is in doubt. `holder`: the row that is worked on, which may then make the one try.
    """
    grant = _living(credential, holder)
    return _fresh(credential, grant) if credential.ends_within(URGENT) else grant


def grant_to_look(credential: Credential) -> Grant:
    """The same for a page that somebody looks at: it makes no try, renews nothing, and writes nothing.

    Raises like `grant_of`; Unavailable when it has ended: a round renews it.
    """
    grant = _living(credential)
    if credential.ends_within(ENDED):
        raise Unavailable(NamedNotAccepted(name=str(credential)))
    return grant


def _living(credential: Credential, holder: UUID | None = None) -> Grant:
    _same_world(credential)
    if credential.state == Credential.State.BLOCKED:
        raise Unauthorized(credential.reason or NamedNotAccepted(name=str(credential)))
    grant = opened(credential)
    login_doubts.check(credential, holder)
    return grant


def _same_world(credential: Credential) -> None:
    if credential.practice == settings.PRACTICE:
        return
    kind = IsPractice if credential.practice else IsReal
    raise Unavailable(kind(name=str(credential)), retry_after=HOUR)


def token_of(channel: Channel, holder: UUID | None = None) -> str:
    """The token to post with: the channel's own, or that of its login where that is for posting.

    Raises like `grant_of`; Unauthorized, too, when a Page has none: the person's own is not for it.
    """
    return _own_token(channel, holder) or grant_of(channel.credential, holder).access_token


def token_to_look(channel: Channel) -> str:
    """The same for a page that somebody looks at, as `grant_to_look`. Unauthorized when the place itself is blocked."""
    if channel.state == Channel.State.BLOCKED:
        raise Unauthorized(channel.reason or NamedNotAccepted(name=channel.name))
    _same_world(channel.credential)
    return _own_token(channel) or grant_to_look(channel.credential).access_token


def _own_token(channel: Channel, holder: UUID | None = None) -> str:
    """Its own token; "" when it is posted to with that of its login."""
    try:
        own = str(channel.token or "")
    except Undecryptable as error:
        raise Unauthorized(KeysMissing()) from error
    if not own and channel.lacks_token:
        raise Unauthorized(Lacking(name=channel.name, missing=(NO_TOKEN,)))
    if own:
        turnstile.belongs(own, scopes_of(channel.credential, own))
        login_doubts.check(channel, holder)
    return own


def scopes_of(credential: Credential, place_token: str = "") -> turnstile.Scopes:
    """What rests when calls with it were too many. A Page shares its token with the Instagram account behind it."""
    place = f"place:{cooldowns.digest(place_token)}" if place_token else ""
    return turnstile.Scopes(f"app:{credential.provider}", f"login:{credential.pk}", place)


def scopes_of_place(channel: Channel) -> turnstile.Scopes:
    """The same for a place. One whose token our keys do not open is not asked anyway."""
    try:
        return scopes_of(channel.credential, str(channel.token or ""))
    except Undecryptable:
        return scopes_of(channel.credential)


def opened(credential: Credential) -> Grant:
    """What is sealed in the credential; raises Unauthorized when our keys do not open it."""
    try:
        secret = credential.secret
    except Undecryptable as error:
        raise Unauthorized(KeysMissing()) from error
    turnstile.belongs(secret.get("access_token", ""), scopes_of(credential))
    return Grant(
        access_token=secret.get("access_token", ""),
        refresh_token=secret.get("refresh_token", ""),
        expires_at=credential.expires_at,
        scopes=tuple(credential.scopes),
        ends_at=credential.ends_at,
    )


def check_place(channel: Channel) -> None:
    """Ask whether a place's own token lives. Raises Unauthorized when it does not, Unavailable when nobody says so."""
    provider = channel.credential.provider
    turnstile.check(scopes_of_place(channel), PROVIDERS.label(provider))
    PROVIDERS[provider]().check(str(channel.token), opened_app(provider))


def _fresh(credential: Credential, grant: Grant) -> Grant:
    """Renewed; or as it is, when that fails and it still has a little life."""
    try:
        return refresh(credential)
    except OutsideError:
        if credential.ends_within(ENDED) or credential.state == Credential.State.BLOCKED:
            raise
        return grant


def refresh(credential: Credential) -> Grant:
    """Renew the login now and keep what came; when somebody else was faster, theirs is used.

    A network error changes nothing. A login that its provider refuses to renew is blocked: at once when it
    has a refresh token (that one is then dead), otherwise when its own time is over.
    """
    grant = opened(credential)
    turnstile.check(scopes_of(credential), PROVIDERS.label(credential.provider))
    try:
        renewed = PROVIDERS[credential.provider]().refresh(grant, opened_app(credential.provider))
    except Unauthorized as error:
        if grant.refresh_token or credential.ends_within(ENDED):
            block(credential, error.reason)
        raise
    if not _swap(credential, **_as_columns(credential, renewed)):
        credential.refresh_from_db()
        return opened(credential)
    turnstile.belongs(renewed.access_token, scopes_of(credential))
    return renewed


def _as_columns(credential: Credential, grant: Grant) -> dict[str, Any]:
    secret = {"access_token": grant.access_token, "refresh_token": grant.refresh_token}
    return {
        "secret": Credential._meta.get_field("secret").seal(credential.pk, secret),
        "expires_at": grant.expires_at,
        "ends_at": grant.ends_at,
        "scopes": list(grant.scopes) or credential.scopes,
        "refreshed_at": clock.now(),
        **WELL,
    }


def _swap(credential: Credential, **values: Any) -> bool:  # noqa: ANN401
    """Write, if the token is still the one that we read."""
    same = Credential.objects.filter(pk=credential.pk, version=credential.version)
    if not same.update(version=F("version") + 1, **values):
        return False
    credential.refresh_from_db()
    return True


def renew_due() -> str:
    """Renew the logins that end soon. Returns a sentence."""
    over = time_budget.begun()
    tried = renewed = 0
    for credential in _ending_soon():
        if over():
            break
        tried += 1
        renewed += _renewed(credential)
    told = ngettext("%(renewed)d of %(tried)d login renewed.", "%(renewed)d of %(tried)d logins renewed.", tried)
    return told % {"renewed": renewed, "tried": tried}


def _ending_soon() -> Iterable[Credential]:
    living = Credential.objects.filter(state=Credential.State.ACTIVE, practice=settings.PRACTICE)
    living = living.exclude(expires_at=None).order_by("expires_at")
    for provider in living.order_by().values_list("provider", flat=True).distinct():
        if provider in PROVIDERS:
            horizon = clock.now() + PROVIDERS[provider].renew_ahead
            soon = living.filter(provider=provider, expires_at__lt=horizon).iterator(chunk_size=AT_ONCE)
            # What fails again and again stands in nobody's way.
            yield from islice((each for each in soon if not (_is_left_alone(each) or _tried_lately(each))), AT_ONCE)


def rests(credential: Credential) -> bool:
    """Whether it may not be asked anything at the moment."""
    return cooldowns.resting_until(scopes_of(credential).keys()) is not None


def _is_left_alone(credential: Credential) -> bool:
    return rests(credential) or login_doubts.paused_until(credential) is not None


def _tried_lately(credential: Credential) -> bool:
    """One try an hour; when the end is near, one a minute."""
    close = credential.ends_within(dt.timedelta(hours=1)) and not credential.ends_within(ENDED)
    pause = 60 if close else HOUR
    return not cache.add(f"renew:{credential.pk}:{credential.version}", 1, pause)


def _renewed(credential: Credential) -> bool:
    try:
        refresh(credential)
    except OutsideError as error:
        living = Credential.objects.filter(pk=credential.pk, version=credential.version, state=Credential.State.ACTIVE)
        living.update(**because(NotRenewed(cause=Because(error.reason))))
        return False
    return True
