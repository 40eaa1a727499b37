"""How the crawlers of Meta read the picture address that they were given: by the rules that sites lay down for them.

    robots.txt   allows this address to `facebookexternalhit` (RFC 9309; Meta, Sharing for Webmasters)
    HEAD         200, an image, its length
    GET, Range   206 with just that part
    GET          200, as long as HEAD said, of the type that it says

No redirect is followed, and nothing is sent that a stranger does not have. Reported by others: 2207052 with a
robots.txt that shuts the crawler out, 2207077 with servers that ignore Range.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
ROBOT = "facebookexternalhit"
MOST_BYTES = 100 * 1024 * 1024
MOST_RULES = 500 * 1024  # of a robots.txt, bytes (RFC 9309 2.5)
SECONDS = 20
PART = 1024  # bytes asked for with Range
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n", "image/gif": b"GIF8"}


class Unfetchable(Exception):
    """Nothing usable was found at this address."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the address answered with status 200: its content type and its bytes."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: http.client.HTTPMessage
    content: bytes

    def number(self, name: str) -> int:
        """A header that is a number; -1 when it is none."""
        text = self.headers.get(name, "")
        return int(text) if text.isdecimal() else -1


def fetch(url: str) -> Fetched:
    """Read a public address as a crawler does. Raises Unfetchable with what is wrong."""
    length = reach(url)
    part = _ask("GET", url, Range=f"bytes=0-{PART - 1}")
    _expect(part.status == 206, f"It ignores Range: it answers {part.status}.")
    end = min(PART, length) - 1
    _expect(
        part.headers.get("Content-Range") == f"bytes 0-{end}/{length}", "Its Content-Range is not what was asked for."
    )
    whole = _ask("GET", url)
    _expect(whole.status == 200, f"It answers {whole.status}.")
    _expect(len(whole.content) == length, f"It has {len(whole.content)} bytes, and HEAD said {length}.")
    _expect(whole.content.startswith(part.content), "The part asked for is not the beginning of the whole.")
    kind = whole.headers.get_content_type()
    _expect(whole.content.startswith(MAGIC.get(kind, b"")), f"It says that it is {kind}, and is not.")
    return Fetched(kind, whole.content)


def reach(url: str) -> int:
    """May a crawler read this, and is it there? Its length in bytes. Raises Unfetchable."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii():
        raise Unfetchable(f"Not a public http(s) address: {url}")
    _expect(_allowed(url), "robots.txt forbids it.")
    head = _ask("HEAD", url)
    _expect(head.status == 200, f"HEAD is answered with {head.status}.")
    _expect(head.headers.get_content_maintype() == "image", f"It is {head.headers.get_content_type()}, no picture.")
    _expect(head.number("Content-Length") > 0, "HEAD does not say how long it is.")
    return head.number("Content-Length")


def _allowed(url: str) -> bool:
    """What robots.txt says. None there allows everything; one that cannot be read allows nothing (RFC 9309 2.3.1)."""
    parts = urlsplit(url)
    answer = _ask("GET", f"{parts.scheme}://{parts.netloc}/robots.txt")
    if 400 <= answer.status < 500:
        return True
    if answer.status != 200:
        return False
    rules = RobotFileParser()
    rules.parse(answer.content[:MOST_RULES].decode("utf-8", "replace").splitlines())
    return rules.can_fetch(ROBOT, url)


def _expect(so: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not so:
        raise Unfetchable(otherwise)


def _ask(method: str, url: str, **headers: str) -> _Answer:
    """One request: no redirects, no credentials, one try."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        connection = kind(parts.netloc.rpartition("@")[2], timeout=SECONDS)
        try:
            connection.request(method, path, headers={"User-Agent": AGENT, "Accept": "*/*", **headers})
            response = connection.getresponse()
            return _Answer(response.status, response.headers, response.read(MOST_BYTES + 1))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ssl.SSLError, ValueError) as error:
        raise Unfetchable(f"{url}: {error}") from error
