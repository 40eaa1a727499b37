"""Who may keep a copy of an answer: nobody, unless it is for everybody.

A browser on a shared machine, its *back* button, a proxy in between: none shows what somebody saw who has gone. So this
is not left to each view: every answer says `no-store`, errors, redirects, downloads, pictures and JSON too, but for
public pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
PRIVATE = "private, no-store"
MARK = "for_everybody"


def for_everybody(view: View) -> View:
    """This view shows everybody the same."""
    setattr(view, MARK, True)
    return view


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
    return "no-store" in response.get("Cache-Control", "")


def _is_public(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.path_info.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
        return response.status_code in {200, 206, 304}
    view: Any = getattr(request.resolver_match, "func", None)
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    return getattr(view, MARK, False) and response.status_code < 300 and not signed_in and not response.cookies
