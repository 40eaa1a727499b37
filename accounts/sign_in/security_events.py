"""What people do at the door and with their accounts, written into the security log.

allauth and Django tell it by signals and in no other way; nothing but writing down hangs on them (and that a browser is
known, that a new one is told by mail, and how many links may be mailed, which open nothing).
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.http import HttpRequest

from accounts.models import User
from accounts.reasons import events
from accounts.sign_in.known_browsers import proved_by_mail
from accounts.sign_in.link_limits import links_are_void
from accounts.sign_in.new_browsers import tell_of_a_new_one
from accounts.sign_in.sessions import begin
from poster.ledger.security_log import Kind, record
from poster.reasons import Fact, Term

FACTORS: dict[Authenticator.Type, Term] = {
    Authenticator.Type.TOTP: events.APP,
    Authenticator.Type.WEBAUTHN: events.PASSKEY,
    Authenticator.Type.RECOVERY_CODES: events.CODES,
}
# Signals that carry `request` and `user`, and the sentence for each. Addresses are not repeated in it.
PLAIN: list[tuple[Signal, Kind, Fact]] = [
    (account.password_changed, Kind.ACCOUNT, events.PasswordChanged()),
    (account.password_set, Kind.ACCOUNT, events.PasswordSet()),
    (account.password_reset, Kind.ACCOUNT, events.PasswordByLink()),
    (account.email_changed, Kind.ACCOUNT, events.EmailChanged()),
    (account.email_added, Kind.ACCOUNT, events.EmailAsked()),
]
# Each of them makes the links void that were mailed before.
VOIDING: list[Signal] = [
    auth.user_logged_in,
    account.password_changed,
    account.password_set,
    account.password_reset,
    account.email_changed,
]
ABOUT_FACTORS: list[tuple[Signal, Kind, type[events.OfAFactor]]] = [
    (mfa.authenticator_added, Kind.ACCOUNT, events.FactorAdded),
    (mfa.authenticator_removed, Kind.ACCOUNT, events.FactorRemoved),
    (mfa.authenticator_reset, Kind.ACCOUNT, events.FactorReset),
    (mfa.authentication_failed, Kind.SIGN_IN_FAILED, events.WrongCode),
]
ABOUT_GOOGLE: list[tuple[Signal, Fact]] = [
    (social.social_account_added, events.GoogleAdded()),
    (social.social_account_removed, events.GoogleRemoved()),
]


def connect() -> None:
    """Listen; called once, when the app is ready."""
    auth.user_logged_in.connect(_began)
    account.user_logged_in.connect(_signed_in)
    auth.user_logged_out.connect(_signed_out)
    account.password_reset.connect(_chose_a_password)
    for signal in VOIDING:
        signal.connect(_voided)
    for signal, kind, fact in PLAIN:
        signal.connect(_telling(kind, fact), weak=False)
    for signal, kind, of_factor in ABOUT_FACTORS:
        signal.connect(_telling_of_factor(kind, of_factor), weak=False)
    for signal, fact in ABOUT_GOOGLE:
        signal.connect(_telling_of_google(fact), weak=False)


def _began(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    begin(request, user)


def _voided(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    links_are_void(request, user)


def _signed_in(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    tell_of_a_new_one(request, user)
    fact = events.SignedInWithGoogle() if more.get("sociallogin") else events.SignedIn()
    record(Kind.SIGN_IN, fact, person=user.pk, request=request)


def _chose_a_password(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    proved_by_mail(request, user)


def _signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:  # noqa: ANN401
    if user is not None:
        record(Kind.SIGN_OUT, events.SignedOut(), person=user.pk, request=request)


def _telling(kind: Kind, fact: Fact) -> Any:  # noqa: ANN401 - a receiver
    def tell(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
        record(kind, fact, person=user.pk, request=request)

    return tell


def _telling_of_factor(kind: Kind, fact: type[events.OfAFactor]) -> Any:  # noqa: ANN401 - a receiver
    def tell(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:  # noqa: ANN401
        factor = FACTORS[Authenticator.Type(authenticator.type)]
        record(kind, fact(factor=factor), person=user.pk, request=request)

    return tell


def _telling_of_google(fact: Fact) -> Any:  # noqa: ANN401 - a receiver
    def tell(request: HttpRequest, **more: Any) -> None:  # noqa: ANN401
        record(Kind.ACCOUNT, fact, person=getattr(request.user, "pk", None), request=request)

    return tell
