"""Asking once more who it is, before an act that a stolen session must not do."""

from __future__ import annotations

import time
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

NOTHING_TO_ASK_FOR = (
    "What comes next matters, and you have neither a password nor a second factor here that we could ask for. Sign "
    "out, and sign in once more to show that it is you. Nothing was done yet."
)


def require_fresh(request: HttpRequest) -> None:
    """Nothing, when this person signed in or said who he is in the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    Else raises ImmediateHttpResponse: to the page that asks for the password or the second factor, and then back. What
    was posted is not kept for afterwards, as allauth would: it may hold a token, and sessions are not sealed.
    """
    if not _said_lately(request):
        raise ImmediateHttpResponse(_ask(request))


def _said_lately(request: HttpRequest) -> bool:
    """allauth's own answer to this lets everybody pass who has neither a password nor a second factor."""
    said = [each["at"] for each in get_authentication_records(request, request.user) if each.get("reauthenticated")]
    return bool(said) and time.time() - said[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _ask(request: HttpRequest) -> HttpResponse:
    back = urlencode({"next": _back(request)})
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways:
        messages.info(request, NOTHING_TO_ASK_FOR)
        door = f"{reverse('account_login')}?{back}"
        return redirect(f"{reverse('account_logout')}?{urlencode({'next': door})}")
    if request.method != "GET":
        messages.info(request, "Say first that it is you. Nothing was done yet: do it again afterwards.")
    return redirect(f"{ways[0]['url']}?{back}")


def _back(request: HttpRequest) -> str:
    """The page that was asked for, or the one that the button was on."""
    if request.method == "GET":
        return request.get_full_path()
    for place in (request.POST.get("back", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
            return urlsplit(place)._replace(scheme="", netloc="").geturl()
    return reverse("admin:index")
