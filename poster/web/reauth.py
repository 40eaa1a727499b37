"""Asking once more who it is, before an act that a stolen session must not do."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from poster.web import unsaved_input
from poster.web.resumed_acts import afterwards, page_of, told

NOTHING_TO_ASK_FOR = _(
    "What comes next matters, and you have neither a password nor a second factor here that we could ask for. Sign "
    "out, and sign in once more to show that it is you. Nothing was done yet."
)

WAITS = 600  # seconds that an act waits for the password


def require_fresh(request: HttpRequest) -> None:
    """Nothing, when this person signed in or said who they are in the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    Else raises ImmediateHttpResponse: to the page that asks for the password or the second factor, and then back. What
    was posted is laid by meanwhile, sealed (allauth would keep it in the session), and carried out after the answer.
    """
    if not _said_lately(request):
        raise ImmediateHttpResponse(_ask(request))


def _said_lately(request: HttpRequest) -> bool:
    """allauth's own answer to this lets everybody pass who has neither a password nor a second factor."""
    said = [each["at"] for each in get_authentication_records(request, request.user) if each.get("reauthenticated")]
    return bool(said) and time.time() - said[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _ask(request: HttpRequest) -> HttpResponse:
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways:
        messages.info(request, NOTHING_TO_ASK_FOR)
        door = f"{reverse('account_login')}?{urlencode({'next': page_of(request)})}"
        return redirect(f"{reverse('account_logout')}?{urlencode({'next': door})}")
    where = afterwards(request, WAITS)
    unsaved_input.refused(request)  # it may be too late for the act
    if request.method != "GET":
        confirm = _("Confirm it's you, then repeat the action.")
        messages.info(request, f"{confirm} {told(where)}")
    return redirect(f"{ways[0]['url']}?{urlencode({'next': where})}")
