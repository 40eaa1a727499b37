"""Asking once more who it is, before an act that a stolen session must not do."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def require_fresh(request: HttpRequest) -> None:
    """Nothing, when this person said who he is in the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    Else raises ImmediateHttpResponse: to the page that asks for the password or the second factor, and then back. What
    was posted is not kept for afterwards, as allauth would: it may hold a token, and sessions are not sealed.
    """
    try:
        _passed(request)
    except ReauthenticationRequired:
        raise ImmediateHttpResponse(_ask(request)) from None


@reauthentication_required  # type: ignore[untyped-decorator]
def _passed(request: HttpRequest) -> None:
    """What allauth lets through."""


def _ask(request: HttpRequest) -> HttpResponse:
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    page = ways[0]["url"] if ways else reverse("account_login")
    if request.method != "GET":
        messages.info(request, "Say first that it is you. Nothing was done yet: do it again afterwards.")
    return redirect(f"{page}?{urlencode({'next': _back(request)})}")


def _back(request: HttpRequest) -> str:
    """The page that was asked for, or the one that the button was on."""
    if request.method == "GET":
        return request.get_full_path()
    for place in (request.POST.get("back", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
            return urlsplit(place)._replace(scheme="", netloc="").geturl()
    return reverse("admin:index")
