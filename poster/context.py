"""What every page of the dashboard knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    """Whether this is practice, for the banner."""
    return {"practice": settings.PRACTICE}
