"""Leaving: the permission is given back at the provider, the tokens are deleted here, and what stays is said.

disconnect → the rows stay, so that history, watches and the once-only guards stay too
forget     → the rows go as well, with their names and ids; posts keep the name that was frozen into them
"""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.connections import revocations
from accounts.connections.grants import delete_tokens, living_on
from accounts.connections.provider_apps import app_of
from accounts.connections.token_refresh import opened
from accounts.models import Channel, Credential, Flow
from accounts.providers import PROVIDERS
from accounts.reasons.connecting import StillConnected, WatchesUseIt
from accounts.reasons.disconnecting import (
    AlreadyRefused,
    AskedAgainDaily,
    NoTokenLeft,
    SharedThere,
    TakenBack,
    UnknownHere,
)
from accounts.reasons.login_events import LoginDisconnected, LoginForgotten
from poster.errors import OutsideError, Unauthorized
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Because, Reason


def disconnect(login: Credential, *, by: Caller, request: HttpRequest | None = None) -> str:
    """Give the permission back and delete the tokens. A sentence about what was done, and what is left to do."""
    require_owner(login, by, Scope.ACCOUNT)
    done = _("%(login)s is disconnected: its tokens are deleted here.") % {"login": login}
    return f"{done} {_ended(login, request)}"


def _ended(login: Credential, request: HttpRequest | None) -> Reason:
    told = give_back(login)
    with transaction.atomic():
        close(login, told)
        record(
            Kind.DISCONNECT,
            LoginDisconnected(login=str(login), outcome=Because(told)),
            person=login.owner_id,
            request=request,
        )
    return told


def close(login: Credential, told: Reason, *, receipt: str = "") -> None:
    """Delete the tokens here, whatever the provider said; one that could not be reached is asked again by an order."""
    with transaction.atomic():
        if isinstance(told, AskedAgainDaily):
            revocations.order(login, opened(login), receipt=receipt)
        delete_tokens(login)


def give_back(login: Credential) -> Reason:
    """Ask the provider to end the permission; what came of it. Nothing raises."""
    name = PROVIDERS.label(login.provider)
    if login.provider not in PROVIDERS:
        return UnknownHere(name=name)
    if _shared(login):
        return SharedThere(name=name)
    try:
        grant = opened(login)
        if not (grant.access_token or grant.refresh_token):
            return NoTokenLeft()
        by_hand = PROVIDERS[login.provider]().revoke(grant, app_of(login.provider))
    except Unauthorized:
        return AlreadyRefused(name=name)
    except OutsideError:
        return AskedAgainDaily(name=name, days=revocations.KEPT.days)
    return by_hand or TakenBack(name=name)


def _shared(login: Credential) -> bool:
    """Providers take back all that one of their accounts allowed our app, whoever holds the token."""
    return living_on(login.provider, login.remote_id).exclude(pk=login.pk).exists()


def forget(login: Credential, *, by: Caller, request: HttpRequest | None = None) -> str:
    """Delete what came from the provider: the login and its channels, with names and ids; what is left to do there.

    Posts and deliveries stay, with the name of the channel as it was. Raises NotPossible while it is connected, or
    watches look through it.
    """
    require_owner(login, by, Scope.ACCOUNT)
    if login.state == Credential.State.ACTIVE:
        raise NotPossible(StillConnected())
    if _in_use(login):
        raise NotPossible(WatchesUseIt())
    name, told = str(login), _ended(login, request)  # it can be blocked and still have tokens
    left = "" if isinstance(told, NoTokenLeft) else f" {told}"
    with transaction.atomic():
        Channel.objects.filter(credential=login).delete()
        Credential.objects.filter(pk=login.pk).delete()
        provider = PROVIDERS.label(login.provider)
        record(Kind.DELETION, LoginForgotten(provider=provider), person=login.owner_id, request=request)
    done = _("%(login)s is forgotten. What was posted stays in the history of your posts.") % {"login": name}
    return f"{done}{left}"


def _in_use(login: Credential) -> bool:
    """Whether rows of a higher app stand on this login."""
    higher = [each for each in login._meta.related_objects if each.related_model not in {Channel, Flow}]
    return any(each.related_model._base_manager.filter(**{each.field.name: login}).exists() for each in higher)
