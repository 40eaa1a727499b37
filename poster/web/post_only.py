"""Addresses that take a POST alone. Who comes there by a GET (after signing in, with *back*) is led to a page.

Their forms name, as `back`, the page that the button was on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

View = Callable[..., HttpResponseBase]


def post_only(page: str, *named: str) -> Callable[[View], View]:
    """For the decorated view: its page, as a name of an address. `named`: which of its parts that address takes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(reverse(page, args=[kwargs[name] for name in named]))
            return HttpResponseNotAllowed(["POST"])

        return led

    return decorate


def asked_back(request: HttpRequest) -> str:
    """The page of ours that the button was on; "" when none is named."""
    return ours(request, request.POST.get("back", ""))


def ours(request: HttpRequest, address: str) -> str:
    """The address, where it is one of this install; else ""."""
    known = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if known else ""
