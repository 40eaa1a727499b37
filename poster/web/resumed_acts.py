"""An act that somebody asked for and something has stopped: laid by, sealed, and done once they are through.

A gate (agreeing to the terms, a second factor to be set up, saying once more who it is) sends them to its page with
`afterwards` as the place to go on to. The act is carried out there, once, and only in the session that asked. Each gate
stands before that place too: nobody goes around one.

What was pressed when the session had ended is not carried out by itself: who was at the screen then is not known. Once
the person whose page it was has signed in, they are told what was not done, with a button for it (`once_more`).
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from poster.dashboard.way_back import say
from poster.web import stash
from poster.web.post_only import asked_back

PRESSED = "pressed"  # the name of a button that stands in a form without words; its value is what it says
LONGEST = 80  # characters of what a button says
ENDED = "session ended"  # what was pressed then: one act for each person
ONCE_MORE = "once_more"  # of the address
NOT_DONE = _("You were signed out, so this is not done yet: %(act)s.")
NAME = "carry_on"  # of the address
HOUR = 3600  # seconds that an act waits
DONE_AFTERWARDS = _("What you asked for is done right afterwards.")
DO_IT_AGAIN = _("Nothing was done yet: do it again afterwards.")
NOTHING_LEFT = _("Nothing waits to be done any more: it was done already, or it is too long ago. Ask for it again.")


def afterwards(request: HttpRequest, seconds: int = HOUR) -> str:
    """Where they go on to: what they posted is carried out there; or it is the page that they were on.

    Who has posted something is to be told `told(where)`.
    """
    kept = request.method == "POST" and not request.FILES
    return reverse(NAME) if kept and stash.put(*_whose(request), _act(request), seconds) else page_of(request)


def told(where: str) -> str:
    """Whether what they posted is done afterwards."""
    return str(DONE_AFTERWARDS if where == reverse(NAME) else DO_IT_AGAIN)


def _whose(request: HttpRequest) -> tuple[str, stash.Purpose, str]:
    """One act for each session: the last one that was asked for."""
    return str(request.user.pk), stash.Purpose.ACT, str(request.session.session_key)


def _act(request: HttpRequest) -> dict[str, str]:
    return {"path": request.path, "query": request.GET.urlencode(), "sent": request.POST.urlencode()}


def page_of(request: HttpRequest) -> str:
    """The page that was asked for, or the one that the button was on."""
    if request.method == "GET":
        return request.get_full_path()
    for place in (request.POST.get("back", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
            page = urlsplit(place)._replace(scheme="", netloc="").geturl()
            if url_has_allowed_host_and_scheme(page, None):  # what was a path may be a host: https://ours//theirs/
                return page
    return reverse("admin:index")


@require_GET
@never_cache
def carry_on(request: HttpRequest) -> HttpResponseBase:
    """What this person asked for before they were stopped. What its view asks for, it asks here too.

    Its form was checked when it was posted. An address that somebody else leads them to does nothing that they have
    not asked for themselves in the last hour.
    """
    act = stash.take(*_whose(request))
    if act is None:
        messages.info(request, NOTHING_LEFT)
        return redirect("admin:index")
    return _carried_out(request, act)


def pressed(sent: QueryDict) -> str:
    """What the button said, of a form in which there is nothing but buttons; "" of any other."""
    said = sent.get(PRESSED, "") or sent.get("action", "").replace("-", " ").capitalize()
    return said[:LONGEST]


def _word(request: HttpRequest) -> str:
    """The same; of what is done to several rows of a list, the word on its button is that of the verb."""
    name = request.POST.get("action", "")
    page = getattr(getattr(request.resolver_match, "func", None), "model_admin", None)
    verb = getattr(page, "verbs", {}).get(name)
    return pressed(request.POST) if verb is None or request.POST.get(PRESSED) else str(verb.label)[:LONGEST]


def keep(request: HttpRequest, whose: str, page: str) -> bool:
    """Lay by what was pressed on a page of this person (an id), whose session has ended. Whether it is kept."""
    if request.path == asked_again():  # for the second time
        return stash.read(whose, stash.Purpose.ACT, ENDED) is not None
    page = asked_back(request) or page
    act = {**_act(request), "page": page, "pressed": _word(request), "id": secrets.token_hex(8)}
    return not request.FILES and stash.put(whose, stash.Purpose.ACT, ENDED, act, HOUR)


def asked_again() -> str:
    """Where somebody is told what they pressed, and was not done."""
    return reverse(ONCE_MORE)


@require_http_methods(["GET", "POST"])
@never_cache
def once_more(request: HttpRequest) -> HttpResponseBase:
    """By GET, to the page that the button was on, which tells it; by POST, it is done."""
    whose = (str(request.user.pk), stash.Purpose.ACT, ENDED)
    act: dict[str, Any] | None = stash.read(*whose)
    if request.method == "GET" and act is not None:
        say(request, NOT_DONE % {"act": act["pressed"]}, asked_again(), [act["id"]], label=act["pressed"])
        return redirect(act["page"])
    if act is None or request.POST.getlist("row") != [act["id"]] or not stash.drop(*whose):
        messages.info(request, NOTHING_LEFT)
        return redirect("admin:index")
    return _carried_out(request, act)


def _carried_out(request: HttpRequest, act: dict[str, Any]) -> HttpResponseBase:
    match = resolve(act["path"])
    request.method, request.path, request.path_info = "POST", act["path"], act["path"]
    request.GET, request.POST = QueryDict(act["query"]), QueryDict(act["sent"])
    request._files = MultiValueDict()  # type: ignore[attr-defined]  # or asking for files would read the empty body
    request.resolver_match = match
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    done: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return done
