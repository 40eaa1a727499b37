"""The pages for everybody: what this install is, questions, terms, privacy. No cookie, no login."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from poster import clock
from poster.manifests import the
from poster.web.cache_headers import for_everybody

VALID = dt.timedelta(days=182)
FACTS = "poster.facts"  # () -> what the public pages say about this install


def page(request: HttpRequest, name: str, **more: Any) -> HttpResponse:  # noqa: ANN401 - whatever its template shows
    """One of `templates/public/`, with the facts about this install."""
    return TemplateResponse(request, f"public/{name}.html", {"facts": the(FACTS)(), "here": name, **more})


@for_everybody
@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponseBase:
    """What this is; people who are signed in go on to their dashboard."""
    if request.user.is_authenticated:
        return redirect("admin:index")
    return page(request, "home")


@for_everybody
@require_safe
@login_not_required
def faq(request: HttpRequest) -> HttpResponse:
    """Questions that people ask."""
    return page(request, "faq")


@for_everybody
@require_safe
@login_not_required
def terms(request: HttpRequest) -> HttpResponse:
    """What people and the operator may expect of each other."""
    return page(request, "terms")


@for_everybody
@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held, why, how long, and who else gets it."""
    return page(request, "privacy")


@for_everybody
@require_safe
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """An install is its people's own: search engines have nothing to look for here.

    Only the addresses of pictures are open: Instagram's and Threads' crawlers fetch nothing that robots.txt forbids.
    The allowing line comes first, for those who take the first line that fits (RFC 9309 takes the longest).
    """
    return HttpResponse("User-agent: *\nAllow: /picture/\nDisallow: /\n", content_type="text/plain")


@for_everybody
@require_safe
@login_not_required
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). It says until when it holds: as of now, for half a year."""
    contact = str(the(FACTS)().security)
    lines = [
        f"Contact: {contact if urlsplit(contact).scheme else f'mailto:{contact}'}",
        f"Expires: {clock.now() + VALID:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    if settings.PUBLIC_URL:
        lines.append(f"Canonical: {settings.PUBLIC_URL}{request.path}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
