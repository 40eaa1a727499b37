"""Keeping logins alive: opened when needed, renewed before they end, blocked when only a person can help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils.translation import ngettext

from accounts.connecting import waking
from accounts.connecting.provider_apps import opened_app
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS, Grant
from poster import clock, resting, rounds, turnstile
from poster.errors import OutsideError, Unauthorized, Unavailable
from poster.keyring import Undecryptable

URGENT = dt.timedelta(minutes=5)  # a token that ends sooner is renewed before it is used
ENDED = dt.timedelta(0)
JUST_NOW = dt.timedelta(minutes=2)  # a login renewed so lately is not renewed again when it is refused
# One refusal of a token that was renewed just now may be their error: so many in a row, each after its pause, are not.
DOUBT = resting.Pause(first=dt.timedelta(minutes=5), most=dt.timedelta(minutes=10), trial=dt.timedelta(minutes=5))
CERTAIN = 3
FORGOTTEN = dt.timedelta(hours=1)  # after its pause: a refusal that nothing followed is none in a row
DOUBTED = "refused after renewal"
HOUR = 3600
DAY = 24 * HOUR
AT_ONCE = 20  # logins of one provider that one round renews


def grant_of(credential: Credential) -> Grant:
    """The login, ready to use.

    Raises Unauthorized when only a person can help (the credential says why), Unavailable when it has ended
    and cannot be renewed right now, or when it belongs to the other world (practice against real).
    """
    _same_world(credential)
    if credential.state == Credential.State.BLOCKED:
        raise Unauthorized(credential.problem or f"{credential} is no longer accepted. Connect it again.")
    grant = opened(credential)
    return _fresh(credential, grant) if credential.ends_within(URGENT) else grant


def _same_world(credential: Credential) -> None:
    if credential.practice == settings.PRACTICE:
        return
    sentence = (
        f"{credential} is a practice account, and this is not practice. Connect a real account."
        if credential.practice
        else f"{credential} is a real account. Real accounts are not touched while we practise."
    )
    raise Unavailable(sentence, retry_after=HOUR)


def token_of(channel: Channel) -> str:
    """The token to post with: the channel's own, or that of its login. Raises like `grant_of`."""
    try:
        own = str(channel.token or "")
    except Undecryptable as error:
        raise Unauthorized(str(error)) from error
    if own:
        turnstile.belongs(own, scopes_of(channel.credential, own))
    return own or grant_of(channel.credential).access_token


def scopes_of(credential: Credential, place_token: str = "") -> turnstile.Scopes:
    """What rests when calls with it were too many. A Page shares its token with the Instagram account behind it."""
    place = f"place:{resting.digest(place_token)}" if place_token else ""
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
        raise Unauthorized(str(error)) from error
    turnstile.belongs(secret.get("access_token", ""), scopes_of(credential))
    return Grant(
        access_token=secret.get("access_token", ""),
        refresh_token=secret.get("refresh_token", ""),
        expires_at=credential.expires_at,
        scopes=tuple(credential.scopes),
        ends_at=credential.ends_at,
    )


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
            block(credential, error.sentence)
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
        "problem": "",
    }


def _swap(credential: Credential, **values: Any) -> bool:  # noqa: ANN401
    """Write, if the token is still the one that we read."""
    same = Credential.objects.filter(pk=credential.pk, version=credential.version)
    if not same.update(version=F("version") + 1, **values):
        return False
    credential.refresh_from_db()
    return True


def block(credential: Credential, sentence: str) -> None:
    """Nothing more goes through this login until a person connects it again; its channels say so too.

    Does nothing when the login was renewed or connected again since: the verdict is about the old one.
    """
    same = Credential.objects.filter(pk=credential.pk, version=credential.version)
    with transaction.atomic():
        if not same.update(state=Credential.State.BLOCKED, problem=sentence):
            return
        # A Page has a token of its own, which lives on after the login that opened it.
        channels = Channel.objects.filter(credential=credential, state=Channel.State.ACTIVE, token__isnull=True)
        channels.update(state=Channel.State.BLOCKED, problem=sentence)
    credential.state, credential.problem = Credential.State.BLOCKED, sentence
    cache.set(_asked(credential), 1, DAY)


def second_chance(credential: Credential) -> bool:
    """After an answer "unauthorized": renew the login once. True when it is worth trying again.

    A network error is no verdict about the login, so it is worth trying again then, too. Nor is one refusal of a token
    that their own token endpoint gave a moment ago: it is asked again for a quarter of an hour.
    """
    if abs(clock.now() - credential.refreshed_at) < JUST_NOW or _is_doubted(credential):
        return _opens(credential) and not _lasts(credential)
    try:
        refresh(credential)
    except Unavailable:
        return True
    except OutsideError:
        return False
    return not _lasts(credential)


def _opens(credential: Credential) -> bool:
    """What our own keys do not open, nobody has refused: asking again helps nothing."""
    try:
        opened(credential)
    except Unauthorized:
        return False
    return True


def _lasts(credential: Credential) -> bool:
    """Count this refusal; whether it is certain by now that only a person can help."""
    key = _doubt(credential)
    if not _is_doubted(credential):
        resting.let_go([key])
    return resting.hold(key, DOUBT, code=DOUBTED, sentence="").refusals >= CERTAIN


def _is_doubted(credential: Credential) -> bool:
    """Whether it was refused lately although it had been renewed."""
    row = resting.waits([_doubt(credential)])
    return row is not None and clock.now() <= row.until + FORGOTTEN


def accepted(credential: Credential) -> None:
    """It was let in after all: earlier refusals do not count any more."""
    resting.let_go([_doubt(credential)])


def _doubt(credential: Credential) -> str:
    return f"doubt:login:{credential.pk}"


def ask_blocked() -> int:
    """Once a day: is a blocked login accepted again? Then it goes on by itself. Returns how many do."""
    over = rounds.begun()
    rows = Credential.objects.filter(state=Credential.State.BLOCKED, practice=settings.PRACTICE)
    asked = back = 0
    for credential in rows.filter(provider__in=list(PROVIDERS)).iterator():
        if over() or asked == AT_ONCE:
            break
        if not _rests(credential) and cache.add(_asked(credential), 1, DAY):
            asked += 1
            back += _is_back(credential)
    return back


def _asked(credential: Credential) -> str:
    return f"blocked:{credential.pk}:{credential.version}"


def _is_back(credential: Credential) -> bool:
    """Their token endpoint renews it: so it lives, whatever was said before."""
    problem = credential.problem
    try:
        if not opened(credential).access_token:
            return False  # its owner has disconnected it
        refresh(credential)
    except OutsideError:
        return False
    with transaction.atomic():
        same = Credential.objects.filter(pk=credential.pk, version=credential.version)
        if not same.filter(state=Credential.State.BLOCKED).update(state=Credential.State.ACTIVE):
            return False
        channels = Channel.objects.filter(credential=credential, state=Channel.State.BLOCKED, token__isnull=True)
        channels.filter(problem=problem, released=False).update(state=Channel.State.ACTIVE, problem="")
        accepted(credential)
        waking.wake(credential)
    credential.state = Credential.State.ACTIVE
    return True


def renew_due() -> str:
    """Renew the logins that end soon, and ask after those that are blocked. Returns a sentence."""
    ask_blocked()
    over = rounds.begun()
    tried = renewed = 0
    for credential in _ending_soon():
        if over():
            break
        tried += 1
        renewed += _renewed(credential)
    return ngettext("%d of %d login renewed.", "%d of %d logins renewed.", tried) % (renewed, tried)


def _ending_soon() -> Iterable[Credential]:
    living = Credential.objects.filter(state=Credential.State.ACTIVE, practice=settings.PRACTICE)
    living = living.exclude(expires_at=None).order_by("expires_at")
    for provider in living.order_by().values_list("provider", flat=True).distinct():
        if provider in PROVIDERS:
            horizon = clock.now() + PROVIDERS[provider].renew_ahead
            soon = living.filter(provider=provider, expires_at__lt=horizon).iterator(chunk_size=AT_ONCE)
            # What fails again and again stands in nobody's way.
            yield from islice((each for each in soon if not (_rests(each) or _tried_lately(each))), AT_ONCE)


def _rests(credential: Credential) -> bool:
    return resting.resting_until(scopes_of(credential).keys()) is not None


def _tried_lately(credential: Credential) -> bool:
    """One try an hour; when the end is near, one a minute."""
    close = credential.ends_within(dt.timedelta(hours=1)) and not credential.ends_within(ENDED)
    pause = 60 if close else HOUR
    return not cache.add(f"renew:{credential.pk}:{credential.version}", 1, pause)


def _renewed(credential: Credential) -> bool:
    try:
        refresh(credential)
    except OutsideError as error:
        Credential.objects.filter(pk=credential.pk, version=credential.version).update(problem=error.sentence)
        return False
    return True
