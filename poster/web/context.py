"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

STYLES = [f"poster/{name}.css" for name in ("django", "tokens", "frame", "parts", "lists", "forms", "pages", "account")]


def frame(request: HttpRequest) -> dict[str, object]:
    """Our stylesheets; whether this is practice, for the banner."""
    return {"styles": STYLES, "practice": settings.PRACTICE, "feed_url": f"{settings.REMOTE_ROOT}/feed/"}
