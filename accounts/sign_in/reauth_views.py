"""Views that ask once more who it is.

    @fresh
    def export(request): ...

A verb of the dashboard says `@verb("Delete", fresh=True)`; any other code calls `poster.web.reauth.require_fresh`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from poster.web.reauth import require_fresh


def fresh(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, for people who have just said who they are; others are asked first, on GET and POST alike.

    For a form that shows or takes something sensitive: it is asked when the form is opened, not after it was filled in.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        require_fresh(request)
        return view(request, *args, **kwargs)

    return asked
