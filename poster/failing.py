"""The error pages. Each shows an id, and the same id stands in the log beside what happened; nothing more is told."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template import loader

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
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
    """403, because the form did not come from a page of ours."""
    return _page(request, 403, "403_csrf.html", reason)


def _page(request: HttpRequest, status: int, template: str = "", why: str = "") -> HttpResponse:
    error_id = secrets.token_hex(4)
    log.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "Error page %s (%s): %s %s %s",
        error_id,
        status,
        request.method,
        request.path,
        why,
    )
    # Without the request: what puts things into every page may be what is broken.
    body = loader.get_template(template or f"{status}.html").render({"error_id": error_id})
    return HttpResponse(body, status=status)
