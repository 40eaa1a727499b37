"""From where a request comes, and with which browser."""

from __future__ import annotations

from django.http import HttpRequest

from poster.web import proxies

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "Chrome": "Chrome"}
BROWSERS |= {"CriOS": "Chrome", "Safari": "Safari", "curl": "curl", "python": "a Python program"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS X": "Mac"}
SYSTEMS |= {"CrOS": "ChromeOS", "Linux": "Linux"}


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, as our proxy names it where there is one; empty when it is not known."""
    return proxies.visitor_of(request)


def browser_of(agent: str) -> str:
    """A User-Agent as people call it, "Firefox on Windows". Order matters: many say that they are others, too."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " on ".join(filter(None, (browser, system))) or agent or "An unnamed browser"
