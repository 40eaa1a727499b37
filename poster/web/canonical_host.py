"""What this install is called: by the operator's PUBLIC_URL, and never by what a request says."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from poster.config import hosts

# What this machine may ask for by any name of its own: a monitor, a container's health check, the sandbox of practice.
FROM_HERE = ("/health/",)
FROM_PRACTICE = ("/robots.txt", "/picture/")


def root() -> str:
    """The address of this install, without a slash at its end. Without one of the operator's: this machine, by its
    name, for passkeys want a name."""
    return settings.PUBLIC_URL or f"http://localhost:{settings.PORT}"


def mailed(request: HttpRequest, value: object) -> object:
    """What a package has put into a mail; an address of ours in it begins with `root`, whatever the request said."""
    asked = request.build_absolute_uri("/")
    return f"{root()}/{value.removeprefix(asked)}" if isinstance(value, str) and value.startswith(asked) else value


class OwnName:
    """Middleware, before any that asks for the host. Whole addresses that anybody builds begin with PUBLIC_URL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _asked_from_here(request):
            request.META["HTTP_HOST"] = urlsplit(root()).netloc
        if settings.PUBLIC_URL:
            request.build_absolute_uri = _built(request)  # type: ignore[method-assign, assignment]
        return self.get_response(request)


def _asked_from_here(request: HttpRequest) -> bool:
    open_to_us = FROM_HERE + (FROM_PRACTICE if settings.PRACTICE else ())
    return request.path_info.startswith(open_to_us) and hosts.is_here(request.META.get("HTTP_HOST", ""))


def _built(request: HttpRequest) -> Callable[[str | None], str]:
    def build(location: str | None = None) -> str:
        wanted = request.get_full_path() if location is None else str(location)
        return iri_to_uri(urljoin(f"{settings.PUBLIC_URL}{request.path}", wanted))

    return build
