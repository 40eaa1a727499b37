"""Asking once more who it is, before an act that a stolen session must not do."""

from __future__ import annotations

import time
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from poster import laid_by

NOTHING_TO_ASK_FOR = (
    "What comes next matters, and you have neither a password nor a second factor here that we could ask for. Sign "
    "out, and sign in once more to show that it is you. Nothing was done yet."
)


NOTHING_LEFT = "Nothing waits to be done any more: it was done already, or it is too long ago. Ask for it again."
WAITS = 600  # seconds that an act waits for the password


def require_fresh(request: HttpRequest) -> None:
    """Nothing, when this person signed in or said who he is in the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

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
    back = urlencode({"next": _back(request)})
    keep = request.method == "POST" and not request.FILES
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways:
        messages.info(request, NOTHING_TO_ASK_FOR)
        door = f"{reverse('account_login')}?{back}"
        return redirect(f"{reverse('account_logout')}?{urlencode({'next': door})}")
    if keep and _lay_by(request):
        messages.info(request, "Say first that it is you. What you asked for is done right afterwards.")
        back = urlencode({"next": reverse("carry_on")})
    elif request.method != "GET":
        messages.info(request, "Say first that it is you. Nothing was done yet: do it again afterwards.")
    return redirect(f"{ways[0]['url']}?{back}")


def _whose(request: HttpRequest) -> tuple[str, laid_by.Purpose, str]:
    """One act for each session: the last one that was asked for."""
    return str(request.user.pk), laid_by.Purpose.ACT, str(request.session.session_key)


def _lay_by(request: HttpRequest) -> bool:
    return laid_by.put(*_whose(request), _act(request), WAITS)


def _act(request: HttpRequest) -> dict[str, str]:
    return {"path": request.path, "query": request.GET.urlencode(), "sent": request.POST.urlencode()}


@require_GET
@never_cache
def carry_on(request: HttpRequest) -> HttpResponseBase:
    """What this person asked for before they said who they are: once, and only in the session that asked.

    Its form was checked when it was posted. An address that somebody else leads them to does nothing that they have
    not asked for themselves in the last minutes.
    """
    require_fresh(request)
    act = laid_by.take(*_whose(request))
    if act is None:
        messages.info(request, NOTHING_LEFT)
        return redirect("admin:index")
    match = resolve(act["path"])
    request.method, request.path, request.path_info = "POST", act["path"], act["path"]
    request.GET, request.POST = QueryDict(act["query"]), QueryDict(act["sent"])
    request.resolver_match = match
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    done: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return done


def _back(request: HttpRequest) -> str:
    """The page that was asked for, or the one that the button was on."""
    if request.method == "GET":
        return request.get_full_path()
    for place in (request.POST.get("back", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
            return urlsplit(place)._replace(scheme="", netloc="").geturl()
    return reverse("admin:index")
