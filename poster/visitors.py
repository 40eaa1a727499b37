"""From where a request comes, and with which browser."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "Chrome": "Chrome"}
BROWSERS |= {"CriOS": "Chrome", "Safari": "Safari", "curl": "curl", "python": "a Python program"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS X": "Mac"}
SYSTEMS |= {"CrOS": "ChromeOS", "Linux": "Linux"}


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


def browser_of(agent: str) -> str:
    """A User-Agent as people call it, "Firefox on Windows". Order matters: many say that they are others, too."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " on ".join(filter(None, (browser, system))) or agent or "An unnamed browser"
