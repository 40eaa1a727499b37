"""What people do at the door and with their accounts, written into the security log.

allauth and Django tell it by signals and in no other way; nothing but writing down hangs on them (and that a browser is
known, and how many links may be mailed, which open nothing).
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
from accounts.sign_in.known_browsers import proved_by_mail
from accounts.sign_in.link_limits import links_are_void
from accounts.sign_in.sessions import begin
from poster.ledger.security_log import Kind, record

FACTORS = {
    Authenticator.Type.TOTP: "an authenticator app",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}
# Signals that carry `request` and `user`, and the sentence for each. Addresses are not repeated in it.
PLAIN: list[tuple[Signal, Kind, str]] = [
    (account.password_changed, Kind.ACCOUNT, "Changed the password"),
    (account.password_set, Kind.ACCOUNT, "Set a password"),
    (account.password_reset, Kind.ACCOUNT, "Chose a new password through a mailed link; all sessions ended"),
    (account.email_changed, Kind.ACCOUNT, "Changed the e-mail address"),
    (account.email_added, Kind.ACCOUNT, "Asked to change the e-mail address"),
]
# Each of them makes the links void that were mailed before.
VOIDING: list[Signal] = [
    auth.user_logged_in,
    account.password_changed,
    account.password_set,
    account.password_reset,
    account.email_changed,
]
ABOUT_FACTORS: list[tuple[Signal, Kind, str]] = [
    (mfa.authenticator_added, Kind.ACCOUNT, "Set up {}"),
    (mfa.authenticator_removed, Kind.ACCOUNT, "Removed {}"),
    (mfa.authenticator_reset, Kind.ACCOUNT, "Made new {}"),
    (mfa.authentication_failed, Kind.SIGN_IN_FAILED, "Wrong code of {}"),
]
ABOUT_GOOGLE: list[tuple[Signal, str]] = [
    (social.social_account_added, "Connected a Google account for signing in"),
    (social.social_account_removed, "Removed the Google account for signing in"),
]


def connect() -> None:
    """Listen; called once, when the app is ready."""
    auth.user_logged_in.connect(_began)
    account.user_logged_in.connect(_signed_in)
    auth.user_logged_out.connect(_signed_out)
    account.password_reset.connect(_chose_a_password)
    for signal in VOIDING:
        signal.connect(_voided)
    for signal, kind, sentence in PLAIN:
        signal.connect(_telling(kind, sentence), weak=False)
    for signal, kind, sentence in ABOUT_FACTORS:
        signal.connect(_telling_of_factor(kind, sentence), weak=False)
    for signal, sentence in ABOUT_GOOGLE:
        signal.connect(_telling_of_google(sentence), weak=False)


def _began(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    begin(request, user)


def _voided(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    links_are_void(request, user)


def _signed_in(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    with_google = " with Google" if more.get("sociallogin") else ""
    record(Kind.SIGN_IN, f"Signed in{with_google}", person=user.pk, request=request)


def _chose_a_password(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
    proved_by_mail(request, user)


def _signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:  # noqa: ANN401
    if user is not None:
        record(Kind.SIGN_OUT, "Signed out", person=user.pk, request=request)


def _telling(kind: Kind, sentence: str) -> Any:  # noqa: ANN401 - a receiver
    def tell(request: HttpRequest, user: User, **more: Any) -> None:  # noqa: ANN401
        record(kind, sentence, person=user.pk, request=request)

    return tell


def _telling_of_factor(kind: Kind, sentence: str) -> Any:  # noqa: ANN401 - a receiver
    def tell(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:  # noqa: ANN401
        factor = FACTORS[Authenticator.Type(authenticator.type)]
        record(kind, sentence.format(factor), person=user.pk, request=request)

    return tell


def _telling_of_google(sentence: str) -> Any:  # noqa: ANN401 - a receiver
    def tell(request: HttpRequest, **more: Any) -> None:  # noqa: ANN401
        record(Kind.ACCOUNT, sentence, person=getattr(request.user, "pk", None), request=request)

    return tell
