"""How the crawlers of Meta read the picture address that they were given."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
MOST_BYTES = 100 * 1024 * 1024
SECONDS = 20


class Unfetchable(Exception):
    """Nothing usable was found at this address."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the address answered with status 200: its content type and its bytes."""

    content_type: str
    content: bytes


def fetch(url: str) -> Fetched:
    """Read a http(s) address: no redirects, no credentials, one try. Raises Unfetchable."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii():
        raise Unfetchable(f"Not a public http(s) address: {url}")
    try:
        return _read(parts.scheme, parts.netloc.rpartition("@")[2], url.split(parts.netloc, 1)[1] or "/")
    except (OSError, http.client.HTTPException, ssl.SSLError, ValueError) as error:
        raise Unfetchable(f"{url}: {error}") from error


def _read(scheme: str, place: str, path: str) -> Fetched:
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(place, timeout=SECONDS)
    try:
        connection.request("GET", path.split("#")[0], headers={"User-Agent": AGENT, "Accept": "*/*"})
        response = connection.getresponse()
        if response.status != 200:
            raise Unfetchable(f"The address answered {response.status}.")
        content = response.read(MOST_BYTES + 1)
        return Fetched(response.headers.get_content_type(), content)
    finally:
        connection.close()
