"""Signing in with Google: for people who have an account or an invitation, and for name and e-mail only.

The drive that a person connects is another thing: `accounts/providers/google`, with tokens that are kept. Here none
is kept.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.reasons.events import GoogleFailed, GoogleWithoutAccount
from accounts.sign_in import invitations, sign_ups
from accounts.sign_in.verified_addresses import is_verified
from poster.http.endpoints import address
from poster.ledger.security_log import Kind, record
from poster.web.reauth import require_fresh

CONSENT = "https://accounts.google.com/o/oauth2/v2/auth"


class GoogleAddresses(GoogleOAuth2Adapter):  # type: ignore[misc]
    """Google's addresses, through the one function that makes remote addresses."""

    @property
    def authorize_url(self) -> str:
        return address(CONSENT)

    @property
    def access_token_url(self) -> str:
        return address("https://oauth2.googleapis.com/token")

    @property
    def identity_url(self) -> str:
        return address("https://www.googleapis.com/oauth2/v2/userinfo")


class Google(GoogleProvider):  # type: ignore[misc]
    """Google, found at our addresses. Of what it tells, name and e-mail are kept; not the picture, nor the language."""

    oauth2_adapter_class = GoogleAddresses

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: data[name] for name in ("name", "email") if name in data}


_login = OAuth2LoginView.adapter_view(GoogleAddresses)
_callback = OAuth2CallbackView.adapter_view(GoogleAddresses)


@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    """To Google. A page that goes on by itself: a form of ours may not be redirected elsewhere (form-action)."""
    if not is_configured():
        raise Http404
    if "connect" in {request.GET.get("process"), request.POST.get("process")}:
        require_fresh(request)
    response: HttpResponse = _login(request)
    if not response.headers.get("Location", "").startswith(address(CONSENT)):
        return response
    page = render(request, "socialaccount/leaving.html", {"address": response["Location"]})
    page.headers["Refresh"] = f"0; url={response['Location']}"
    return page


@login_not_required
def callback(request: HttpRequest) -> HttpResponse:
    """Back from Google."""
    if not is_configured():
        raise Http404
    response: HttpResponse = _callback(request)
    return response


def is_configured() -> bool:
    """Whether the operator gave the id and secret of an app for signing in."""
    return all(settings.GOOGLE_SIGNIN)


class GoogleSignIn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who may come in with Google, and as whom."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """The one of the settings. None from the database: a secret would lie there in the clear."""
        identity, secret = settings.GOOGLE_SIGNIN
        wanted = provider in {None, "google"} and client_id in {None, identity}
        return [SocialApp(provider="google", client_id=identity, secret=secret)] if is_configured() and wanted else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Google:
        return Google(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The person with the same address, when Google has verified it and so have we.

        An address that only one of the two has verified would let somebody into an account that another made with it.
        """
        for email in _verified(sociallogin):
            person = User.objects.filter(email__iexact=email).first()
            if person and is_verified(person):
                return person, person.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody who is invited goes where invited people go; so does everybody, where everybody may make an account.

        Other strangers are told that the door is closed.
        """
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        for email in _verified(sociallogin):
            if invitation := invitations.open_for(email):
                request.session[invitations.PROVED] = str(invitation.pk)
                raise ImmediateHttpResponse(redirect("join_proved"))
            if made := sign_ups.by_google(request, email):
                request.session[invitations.PROVED] = str(made.pk)
                raise ImmediateHttpResponse(redirect("join_proved"))
        record(Kind.REFUSED, GoogleWithoutAccount(), request=request)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:  # noqa: ANN401
        record(Kind.SIGN_IN_FAILED, GoogleFailed(), request=request)


def _verified(sociallogin: SocialLogin) -> list[str]:
    """The addresses that Google says are verified."""
    return [each.email for each in sociallogin.email_addresses if each.verified]
