"""Who may keep a copy of an answer: nobody, unless it is for everybody.

A browser on a shared machine, its *back* button, a proxy in between: none shows what somebody saw who has gone. So this
is not left to each view: every answer says `no-store`, errors, redirects, downloads, pictures and JSON too, but for
public pages, and for small pictures that one browser may keep for whoever is signed in there (`kept_by_this_browser`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
PRIVATE = "private, no-store"
MARK = "for_everybody"
KEPT = "kept_by_this_browser"


def for_everybody(view: View) -> View:
    """This view shows everybody the same."""
    setattr(view, MARK, True)
    return view


def kept_by_this_browser(response: HttpResponseBase, seconds: int) -> HttpResponseBase:
    """This browser alone may keep it so long, and shows it only with the cookies that it was asked for with.

    Whoever signs out takes them along: the same address is asked for anew then.
    """
    response["Cache-Control"] = f"private, max-age={seconds}"
    patch_vary_headers(response, ["Cookie"])
    setattr(response, KEPT, True)
    return response


class NoStore:
    """Middleware, before all others that answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not (_says_so(response) or _is_public(request, response)):
            response["Cache-Control"] = PRIVATE
        return response


def _says_so(response: HttpResponseBase) -> bool:
    return "no-store" in response.get("Cache-Control", "") or getattr(response, KEPT, False)


def _is_public(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.path_info.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
        return response.status_code in {200, 206, 304}
    view: Any = getattr(request.resolver_match, "func", None)
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    return getattr(view, MARK, False) and response.status_code < 300 and not signed_in and not response.cookies
