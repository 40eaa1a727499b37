"""What the pages behind mailed links have in common: no session, no trace elsewhere, a sentence when one is over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from poster.web.cache_headers import PRIVATE

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": PRIVATE}
OVER = 410


def page(request: HttpRequest, template: str, facts: dict[str, Any]) -> TemplateResponse:
    """The page. `problem` in the facts: the link is over."""
    status = OVER if facts.get("problem") else 200
    return TemplateResponse(request, template, facts, status=status, headers=HEADERS)
