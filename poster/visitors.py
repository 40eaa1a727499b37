"""From where a request comes."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks; empty when it is not known (a socket without one).

    X-Forwarded-For can be written by anybody. It counts only behind our own proxy (BEHIND_PROXY), and of it only the
    last entry: the one which that proxy added.
    """
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2] if settings.BEHIND_PROXY else ""
    return _address(told) or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    bare = text.strip()
    host, _, port = bare.rpartition(":")
    if port.isdigit() and (host.count(".") == 3 or host.endswith("]")):
        bare = host
    try:
        return str(ipaddress.ip_address(bare.strip("[]")))
    except ValueError:
        return ""
