"""In which language a page is: that of its address, of whoever is signed in, of their last visit, of the browser.

Public pages follow their address (`/tr/privacy/`) or the browser, and set nothing. Whoever is signed in chooses in
*Settings*, for all their devices; only then the browser keeps it too, for the page where they sign in the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, URLPattern, path, register_converter, reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

SIGN_IN = "/accounts/"
IN = "_in"  # behind the name of a public page: the same page in the language that its address says


def spoken(code: str) -> bool:
    """Whether pages are there in it."""
    return code in dict(settings.LANGUAGES)


class Code:
    """Of a language that pages are there in, as the first part of an address."""

    regex = r"[a-z]{2,3}(?:-[a-z]{2,4})?"

    def to_python(self, value: str) -> str:
        if not spoken(value):
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Code, "language")


def in_each_language(*pages: URLPattern) -> list[URLPattern]:
    """These public pages, and each once more behind the code of a language."""
    return [*pages, *map(_behind_a_code, pages)]


def _behind_a_code(page: URLPattern) -> URLPattern:
    return path(f"<language:language>/{page.pattern}", _without(page.callback), name=f"{page.name}{IN}")


def _without(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def same(request: HttpRequest, *, language: str, **more: Any) -> HttpResponseBase:  # noqa: ANN401
        return view(request, **more)

    return same


def address(request: HttpRequest, page: str, **more: str) -> str:
    """Of a public page, in the language that the address of this one says."""
    said = of_address(request)
    return reverse(f"{page}{IN}", kwargs={"language": said, **more}) if said else reverse(page, kwargs=more)


class Elsewhere(NamedTuple):
    """One page in one language."""

    code: str
    name: str  # of the language, in itself
    url: str
    is_here: bool


def others(request: HttpRequest) -> Sequence[Elsewhere]:
    """This public page in each language; none where there is one language alone, or it is none of these pages."""
    match = request.resolver_match
    if match is None or len(settings.LANGUAGES) < 2:
        return []
    page, now = f"{(match.url_name or '').removesuffix(IN)}{IN}", translation.get_language()
    try:
        return [
            Elsewhere(code, own, reverse(page, kwargs={**match.kwargs, "language": code}), code == now)
            for code, own in settings.LANGUAGES
        ]
    except NoReverseMatch:  # it is in one language alone
        return []


class Negotiated:
    """Middleware: before anybody is known, the language of the address, of the last visit, or of the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(of_address(request) or _of_visitor(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        if not of_address(request):
            patch_vary_headers(response, ["Accept-Language"])
        return response


def chosen(code: str) -> translation.override:
    """What is said within is in the language that somebody has just chosen."""
    return translation.override(code if spoken(code) else translation.get_language())


def kept_by_browser(response: HttpResponse, code: str) -> HttpResponse:
    """The browser of somebody who is signed in keeps what they chose; without a choice, it forgets."""
    if not spoken(code):
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _of_visitor(request: HttpRequest) -> str:
    """Where people sign in, that of whoever was here last; elsewhere what the browser asks for."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") if request.path_info.startswith(SIGN_IN) else ""
    return kept if spoken(kept) else of_browser(request)


def of_browser(request: HttpRequest) -> str:
    """The first that it asks for and that there is; else that of the install."""
    asked = HttpRequest()  # without a cookie
    asked.META["HTTP_ACCEPT_LANGUAGE"] = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    return translation.get_language_from_request(asked)


def of_address(request: HttpRequest) -> str:
    """ "" where it says none."""
    first = request.path_info.strip("/").partition("/")[0]
    return first if spoken(first) else ""
