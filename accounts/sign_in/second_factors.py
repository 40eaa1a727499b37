"""Second factors: their secrets sealed, and asked for where the operator says so."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.local_time import read_by
from accounts.mailer import post
from accounts.models import User
from accounts.reasons.events import FactorTakenAway
from accounts.sign_in.sessions import end_all
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, require_operator
from poster.secrets.keyring import Undecryptable, ring
from poster.web.resumed_acts import afterwards, told

MARK = "sealed:"
WAITS = "after_the_second_factor"  # in the session: where they go on to
SECRETS = ("secret", "seed")  # where allauth keeps them in `Authenticator.data`
LOST = _(
    "Your second factor cannot be opened here: its key is missing, or it was changed in the database. "
    "Ask the operator to put the key back, or to take your second factor away so that you can set up a new one."
)
# Where somebody who still has to set up a second factor may go.
SET_UP = (
    *(
        "my_account",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
    ),
    *("mfa_download_recovery_codes", "mfa_generate_recovery_codes", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_reauthenticate_webauthn", "account_logout", "account_email_verification_sent", "account_confirm_email"),
    *("admin:logout", "admin:jsi18n", "my_theme"),
)


class SecondFactorLost(ValidationError):
    """A sealed second factor that does not open. In a form its sentence stands at the field, elsewhere on a page."""


def seal(text: str, person: object) -> str:
    """A secret as the database keeps it, bound to the person whose it is."""
    return MARK + base64.b64encode(ring().seal(text.encode(), _bound_to(person))).decode()


def opened(sealed: str, person: object) -> str:
    """The secret; raises SecondFactorLost."""
    try:
        if not sealed.startswith(MARK):
            raise SecondFactorLost(LOST)
        return ring().open(base64.b64decode(sealed.removeprefix(MARK)), _bound_to(person)).decode()
    except (Undecryptable, binascii.Error) as error:
        raise SecondFactorLost(LOST) from error


def _bound_to(person: object) -> bytes:
    return f"mfa.Authenticator:{person}".encode()


def reseal(row: Authenticator) -> dict[str, Any]:
    """The row's data, sealed with the first key of the ring. Raises SecondFactorLost."""
    fresh = {name: seal(opened(row.data[name], row.user_id), row.user_id) for name in SECRETS if name in row.data}
    return {**row.data, **fresh}


class SealingAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and the seeds of recovery codes, sealed with our key ring."""

    def encrypt(self, text: str) -> str:
        return seal(text, _whose())

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text, _whose())

    def build_totp_svg(self, url: str) -> str:
        """Without the XML line before it, so that it can stand in a page: our policy lets no data: pictures in."""
        svg = str(super().build_totp_svg(url))
        return svg[svg.index("<svg") :]

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return gettext("My passkey")

    def _get_site_name(self) -> str:
        return "ai-poster"


def _whose() -> object:
    """Who is at it: the person who is signed in, or the one who is just signing in."""
    request = context.request
    if request.user.is_authenticated:
        return request.user.pk
    login = unstash_login(request, peek=True)
    return login.user.pk if login else None


def has_one(person: User) -> bool:
    """Whether this person has an authenticator app or a passkey."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=person, type__in=kinds).exists())


def must_have_one(person: User) -> bool:
    """Whether the operator's rule (REQUIRE_SECOND_FACTOR) holds for this person."""
    rule = settings.REQUIRE_SECOND_FACTOR
    return rule == "everybody" or (rule == "operators" and person.is_superuser)


def take_away(person: User, *, by: Caller, request: HttpRequest | None = None) -> None:
    """The operator takes away what somebody lost, recovery codes too. They are told by mail; all their sessions end.

    `request`: where it was asked for in a browser.
    """
    require_operator(by)
    Authenticator.objects.filter(user=person).delete()
    end_all(person)
    record(Kind.ACCOUNT, FactorTakenAway(), person=person.pk, request=request)
    with read_by(person):
        body = render_to_string("mfa/email/taken_away_message.txt", {"person": person})
        post(EmailMessage(gettext("Your second factor was taken away"), body, to=[person.email]))


def _carried_on(request: HttpRequest) -> HttpResponse | None:
    """Setting it up takes several pages: the first one after that leads on to what was stopped for it."""
    if request.method != "GET" or WAITS not in request.session:
        return None
    return redirect(request.session.pop(WAITS))


class Required:
    """Middleware: who must have a second factor sets one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ANN401
        """After the address is known: some pages stay open."""
        where = request.resolver_match.view_name if request.resolver_match else ""
        if not getattr(view, "login_required", True) or where in SET_UP or not request.user.is_authenticated:
            return None
        if not must_have_one(request.user) or has_one(request.user):
            return _carried_on(request)
        said = gettext("The operator asks for a second factor here. Set one up to go on.")
        if request.method != "GET":
            request.session[WAITS] = afterwards(request)
            said = f"{said} {told(request.session[WAITS])}"
        messages.info(request, said)
        return redirect("mfa_index")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page that would show what cannot be opened says so."""
        if isinstance(error, SecondFactorLost):
            return render(request, "mfa/lost.html", {"sentence": error.messages[0]}, status=409)
        return None
