"""From where a request comes, and with which browser."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from poster.web import proxies

PYTHON = "python"  # no browser at all
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "Chrome": "Chrome"}
BROWSERS |= {"CriOS": "Chrome", "Safari": "Safari", "curl": "curl", "python": PYTHON}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS X": "Mac"}
SYSTEMS |= {"CrOS": "ChromeOS", "Linux": "Linux"}


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, as our proxy names it where there is one; empty when it is not known."""
    return proxies.visitor_of(request)


def browser_of(agent: str) -> str:
    """A User-Agent as people call it, "Firefox on Windows". Order matters: many say that they are others, too."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    if browser == PYTHON:
        browser = _("a Python program")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or agent or _("An unnamed browser")
