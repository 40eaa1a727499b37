"""Whether an operator asks, and pages that are for operators alone. Services check again: `poster.permissions`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from poster.dashboard import refused_attempts
from poster.permissions import in_dashboard
from poster.reasons.events import AskedForAPage

Response = TypeVar("Response", bound=HttpResponseBase)


def is_operator(request: HttpRequest) -> bool:
    """Whether whoever is signed in operates this install."""
    return in_dashboard(request).operates


def require_operator(request: HttpRequest) -> None:
    """Raises PermissionDenied to whoever is none, and writes that down."""
    if not is_operator(request):
        refused_attempts.note(request, AskedForAPage())
        raise PermissionDenied


def operators_only(view: Callable[..., Response]) -> Callable[..., Response]:
    """For the decorated view."""

    @wraps(view)
    def shut(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401
        require_operator(request)
        return view(request, *args, **kwargs)

    return shut
