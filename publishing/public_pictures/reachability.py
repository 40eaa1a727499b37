"""Can the platforms that come for our pictures fetch one? Tried as their crawlers do, from here, with a probe.

Rules (Meta, "Sharing for Webmasters", the media requirements of Instagram and Threads, errors 2207052 and 2207077):
robots.txt lets `facebookexternalhit` in, HEAD and Range are answered, nothing is redirected, type and length are right.
"""

from __future__ import annotations

import base64
from enum import StrEnum
from urllib.robotparser import RobotFileParser

import requests
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.public_pictures import addresses

AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
ROBOT = "facebookexternalhit"
PATIENCE = 5.0  # seconds for one request
MIME = "image/jpeg"
PART = (2, 9)  # the bytes asked for with Range

# One grey pixel. It shows nothing, so whoever finds its address may have it.
PIXEL = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI"
    "////////////////////////////////////////////////////wAALCAABAAEBAREA"
    "/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)


class Hindrance(StrEnum):
    """What keeps a crawler from a picture of ours."""

    UNREACHED = "unreached"
    ROBOTS = "robots"
    REDIRECT = "redirect"
    TURNED_AWAY = "turned away"
    TYPE = "type"
    LENGTH = "length"
    RANGE = "range"


SENTENCES = {
    Hindrance.UNREACHED: _(
        "We do not reach %(url)s ourselves. Open it from a phone outside of your network: if it does not open "
        "there either, Instagram and Threads cannot fetch pictures."
    ),
    Hindrance.ROBOTS: _(
        "The robots.txt at %(url)s shuts out facebookexternalhit, so Instagram and Threads fetch no picture. "
        "Something in front of this program answers with a robots.txt of its own: let /robots.txt through."
    ),
    Hindrance.REDIRECT: _(
        "%(url)s redirects the addresses of pictures, and the crawlers of Instagram and Threads do not follow. "
        "Set PUBLIC_URL to where it leads, or let /picture/ through unchanged."
    ),
    Hindrance.TURNED_AWAY: _(
        "%(url)s turns away who asks for a picture as the crawlers of Instagram and Threads do. Is there a "
        "login, a bot filter or a firewall in front? Let /picture/ and /robots.txt through."
    ),
    Hindrance.TYPE: _(
        "%(url)s gives pictures another type than image/jpeg, so Instagram and Threads refuse them. Something "
        "in front of this program changes them: let /picture/ through unchanged."
    ),
    Hindrance.LENGTH: _(
        "%(url)s does not say how long a picture is when it is asked with HEAD, or says it wrongly. Something "
        "in front of this program changes it: let /picture/ through unchanged."
    ),
    Hindrance.RANGE: _(
        "%(url)s does not answer requests for a part of a picture (Range), which Instagram and Threads make. "
        "Something in front of this program swallows them: let /picture/ through unchanged."
    ),
}


def hindrance() -> Hindrance | None:
    """The first thing that keeps crawlers from our public address; None when a probe was fetched as they fetch."""
    root = settings.PUBLIC_URL
    url = f"{root}{reverse('picture', args=[addresses.probe()])}"
    try:
        if not _allowed(root, url):
            return Hindrance.ROBOTS
        head, part, whole = _ask(url, "HEAD"), _ask(url, Range="bytes={}-{}".format(*PART)), _ask(url)
    except requests.RequestException:
        return Hindrance.UNREACHED
    return _of_answers(head, part, whole)


def _of_answers(head: requests.Response, part: requests.Response, whole: requests.Response) -> Hindrance | None:
    if any(300 <= answer.status_code < 400 for answer in (head, part, whole)):
        return Hindrance.REDIRECT
    if whole.status_code != 200 or whole.content != PIXEL:
        return Hindrance.TURNED_AWAY
    if whole.headers.get("Content-Type", "").partition(";")[0].strip() != MIME:
        return Hindrance.TYPE
    if head.status_code != 200 or head.headers.get("Content-Length") != str(len(PIXEL)):
        return Hindrance.LENGTH
    return None if (part.status_code, part.content) == (206, PIXEL[PART[0] : PART[1] + 1]) else Hindrance.RANGE


def _allowed(root: str, url: str) -> bool:
    """None there allows everything; one that cannot be read allows nothing (RFC 9309 2.3.1)."""
    answer = _ask(f"{root}/robots.txt")
    if 400 <= answer.status_code < 500:
        return True
    if answer.status_code != 200:
        return False
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    return rules.can_fetch(ROBOT, url)


def _ask(url: str, method: str = "GET", **headers: str) -> requests.Response:
    asked = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
    return requests.request(method, url, headers=asked, timeout=PATIENCE, allow_redirects=False)
