"""Leaving: the permission is given back at the provider, the tokens are deleted here, and what stays is said.

disconnect → the rows stay, so that history, watches and the once-only guards stay too
forget     → the rows go as well, with their names and ids; posts keep the name that was frozen into them
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.http import HttpRequest

from accounts.connections import revocations
from accounts.connections.grants import delete_tokens, living_on
from accounts.connections.provider_apps import app_of
from accounts.connections.token_refresh import opened
from accounts.models import Channel, Credential, Flow
from accounts.providers import PROVIDERS
from poster.errors import OutsideError, Unauthorized
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, NotPossible, Scope, require_owner


class Outcome(StrEnum):
    """What came of asking a provider to take its permission back."""

    BACK = "back"
    EMPTY = "empty"  # there was no token any more
    BY_HAND = "by_hand"  # they have no way to give it back
    SHARED = "shared"
    REFUSED = "refused"
    UNREACHED = "unreached"  # it is asked for again
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, and the sentence for the owner of the login."""

    outcome: Outcome
    sentence: str

    @property
    def done(self) -> bool:
        """Nothing is left to do for anybody."""
        return self.outcome in {Outcome.BACK, Outcome.EMPTY}


EMPTY = "There was no token any more."


def disconnect(login: Credential, *, by: Caller, request: HttpRequest | None = None) -> str:
    """Give the permission back and delete the tokens. A sentence about what was done, and what is left to do."""
    require_owner(login, by, Scope.ACCOUNT)
    return f"{login} is disconnected: its tokens are deleted here. {_ended(login, request).sentence}"


def _ended(login: Credential, request: HttpRequest | None) -> Answer:
    told = give_back(login)
    with transaction.atomic():
        close(login, told)
        record(Kind.DISCONNECT, f"Disconnected: {login}. {told.sentence}", person=login.owner_id, request=request)
    return told


def close(login: Credential, told: Answer, *, receipt: str = "") -> None:
    """Delete the tokens here, whatever the provider said; one that could not be reached is asked again by an order."""
    with transaction.atomic():
        if told.outcome == Outcome.UNREACHED:
            revocations.order(login, opened(login), receipt=receipt)
        delete_tokens(login)


def give_back(login: Credential) -> Answer:
    """Ask the provider to end the permission; what came of it. Nothing raises."""
    name = PROVIDERS.label(login.provider)
    if login.provider not in PROVIDERS:
        return Answer(Outcome.UNKNOWN, f"{name} is not known here any more: take the permission away there.")
    if _shared(login):
        return Answer(
            Outcome.SHARED,
            f"Another login here uses the same account at {name}, so the permission was not given back there: that "
            "would end both.",
        )
    try:
        grant = opened(login)
        if not (grant.access_token or grant.refresh_token):
            return Answer(Outcome.EMPTY, EMPTY)
        by_hand = PROVIDERS[login.provider]().revoke(grant, app_of(login.provider))
    except Unauthorized:
        return Answer(
            Outcome.REFUSED,
            f"{name} did not accept the login any more. If the app is still listed in your settings there, remove it.",
        )
    except OutsideError:
        return Answer(
            Outcome.UNREACHED,
            f"{name} did not confirm that it took the permission back. We ask again every day, for "
            f"{revocations.KEPT.days} days. You can also remove the app in your settings there.",
        )
    return Answer(Outcome.BY_HAND, by_hand) if by_hand else Answer(Outcome.BACK, f"{name} took the permission back.")


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
        raise NotPossible("Disconnect it first: then its tokens are deleted, and the permission is given back.")
    if _in_use(login):
        raise NotPossible("Watches look through this login. Delete these watches first, then forget it.")
    name, told = str(login), _ended(login, request)  # it can be blocked and still have tokens
    left = "" if told.outcome == Outcome.EMPTY else f" {told.sentence}"
    with transaction.atomic():
        Channel.objects.filter(credential=login).delete()
        Credential.objects.filter(pk=login.pk).delete()
        sentence = f"Forgotten: a login at {PROVIDERS.label(login.provider)}."
        record(Kind.DELETION, sentence, person=login.owner_id, request=request)
    return f"{name} is forgotten. What was posted stays in the history of your posts.{left}"


def _in_use(login: Credential) -> bool:
    """Whether rows of a higher app stand on this login."""
    higher = [each for each in login._meta.related_objects if each.related_model not in {Channel, Flow}]
    return any(each.related_model._base_manager.filter(**{each.field.name: login}).exists() for each in higher)
