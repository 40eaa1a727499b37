"""The error pages. Each shows an id, and the same id stands in the log beside what happened; nothing more is told."""

from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.template import loader

from poster.secrets.redaction import brief
from poster.web import unsaved_input

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a name that is not ours has a page of its own, and the log says which are."""
    if isinstance(exception, DisallowedHost):
        told = f"The host {brief(request.META.get('HTTP_HOST', ''))!r} is not ours: {_expected()}"
        return _page(request, 400, "400_host.html", told, logging.WARNING)
    return _page(request, 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """500. What broke is in the log, right after the id."""
    return _page(request, 500)


def no_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, because the form did not come from a page of ours. Came it from another address, the page says so."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    if not _is_of_elsewhere(reason, origin):
        unsaved_input.stale(request)
        return _page(request, 403, "403_csrf.html", brief(reason))
    told = f"The form came from {brief(origin)!r}, scheme {request.scheme}: {_expected()}"
    return _page(request, 403, "403_origin.html", told, logging.WARNING)


def _is_of_elsewhere(reason: str, origin: str) -> bool:
    """Whether Django speaks of the address that the form came from."""
    return reason in {
        *(csrf.REASON_BAD_ORIGIN % origin, csrf.REASON_BAD_REFERER % origin, csrf.REASON_INSECURE_REFERER),
        *(csrf.REASON_MALFORMED_REFERER, csrf.REASON_NO_REFERER),
    }


def _expected() -> str:
    """For the operator alone."""
    return (
        f"PUBLIC_URL is {settings.PUBLIC_URL!r}, ALLOWED_HOSTS are {settings.ALLOWED_HOSTS!r}, BEHIND_PROXY is "
        f"{'yes' if settings.BEHIND_PROXY else 'no'}. Does the proxy pass on Host and X-Forwarded-Proto?"
    )


def _page(
    request: HttpRequest, status: int, template: str = "", why: str = "", level: int = logging.INFO
) -> HttpResponse:
    error_id = secrets.token_hex(4)
    log.log(
        logging.ERROR if status >= 500 else level,
        "Error page %s (%s): %s %s %s",
        error_id,
        status,
        request.method,
        brief(request.path),
        why,
    )
    # Without the request: what puts things into every page may be what is broken.
    body = loader.get_template(template or f"{status}.html").render({"error_id": error_id})
    return HttpResponse(body, status=status)
