"""The proxy in front: which header of whom is believed about where a visitor comes from, and whether it is sent.

Anybody can write `X-Forwarded-For`. It counts when it comes from our own proxy, and of it only the last entry: the one
that the proxy wrote itself. Of everybody else such headers are taken off, before anything reads them.
"""

from __future__ import annotations

import contextlib
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# This machine, and networks that are somebody's own (a proxy in another container).
NEAR = "127.0.0.0/8, ::1/128, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10"
TOLD = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"),
    *("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP"),
)
ONE_HOUSE = 64  # bits of an IPv6 address that whoever has one of them has all the rest of
KEPT, REFRESHED = 7 * 24 * 3600.0, 3600.0  # seconds that a note counts, and after which it is made anew


class Lack(StrEnum):
    """What a proxy in front does not do, or we do not use."""

    NOTHING = "nothing"
    ADDRESS = "address"
    SCHEME = "scheme"
    UNBELIEVED = "unbelieved"


@dataclass(frozen=True, slots=True)
class Proxy:
    """BEHIND_PROXY, read: `header` as in META; `peers`: those who may say it."""

    header: str
    peers: tuple[Network, ...]


def behind(written: str) -> Proxy | None:
    """BEHIND_PROXY: `no`, `yes`, or `HEADER from NETWORK, NETWORK`. Raises ImproperlyConfigured."""
    if written == "no":
        return None
    header, _, peers = written.partition(" from ")
    header = "X-Forwarded-For" if written == "yes" else header.strip()
    try:
        networks = tuple(ipaddress.ip_network(each.strip()) for each in (peers or NEAR).split(","))
    except ValueError as error:
        raise ImproperlyConfigured(f"BEHIND_PROXY names who may say it, and {error}.") from error
    meta = f"HTTP_{header.upper().replace('-', '_')}"
    if meta not in TOLD:
        raise ImproperlyConfigured(
            f"BEHIND_PROXY is {written!r}; write yes, no, or a header and whose: CF-Connecting-IP from 127.0.0.1."
        )
    return Proxy(meta, networks)


USUAL = behind("yes")


def address(text: str) -> str:
    """An IP address as we keep it, without the port that some add; empty when it is none."""
    bare = text.strip()
    host, _, port = bare.rpartition(":")
    if port.isdigit() and (host.count(".") == 3 or host.endswith("]")):
        bare = host
    try:
        found = ipaddress.ip_address(bare.strip("[]"))
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def is_believed(request: HttpRequest) -> bool:
    """Whether the other end of the connection is our proxy. (Without an address: a socket of this machine's.)"""
    proxy: Proxy | None = settings.BEHIND_PROXY
    peer = address(request.META.get("REMOTE_ADDR", ""))
    return proxy is not None and (not peer or _is_in(peer, proxy.peers))


def visitor_of(request: HttpRequest) -> str:
    """The address that our proxy names, or that of the connection; empty when there is none."""
    proxy: Proxy | None = settings.BEHIND_PROXY
    told = request.META.get(proxy.header, "").rpartition(",")[2] if proxy and is_believed(request) else ""
    return address(told) or address(request.META.get("REMOTE_ADDR", ""))


def connected(peer: str, asked: Mapping[str, object] | None = None) -> str:
    """For whom a connection stands; empty where it may be for many: one from near us is a proxy, told or not.

    `asked`: headers of its request as in META, once they are there. An IPv6 address counts with all of its network.
    """
    proxy: Proxy | None = settings.BEHIND_PROXY
    found = address(peer)
    if proxy and (not found or _is_in(found, proxy.peers)):
        found = address(str((asked or {}).get(proxy.header, "")).rpartition(",")[2])
    elif not found or (USUAL and _is_in(found, USUAL.peers)):
        found = ""
    return str(ipaddress.ip_network((found, ONE_HOUSE), strict=False)) if ":" in found else found


class Front:
    """Middleware, the first: what a stranger says about the way they came is taken off; what is missing is noted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lack = lacking(request)
        if lack and lack != seen(younger_than=REFRESHED):
            _note(lack)
        if settings.BEHIND_PROXY and not is_believed(request):  # without a proxy nothing here reads them
            for name in TOLD:
                request.META.pop(name, None)
        return self.get_response(request)


def _note(lack: Lack) -> None:
    with contextlib.suppress(OSError):  # a full disk must not keep anybody out
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(lack, encoding="utf-8")


def _file() -> Path:
    return Path(settings.VAR) / "run" / "proxy"


def lacking(request: HttpRequest) -> Lack | None:
    """What the proxy did not say about this request; None when it says nothing about the proxy.

    Only what asks for our public name from near us tells anything: a monitor of this machine asks past the proxy.
    """
    url, peer = urlsplit(settings.PUBLIC_URL), address(request.META.get("REMOTE_ADDR", ""))
    host = request.META.get("HTTP_HOST", "").lower()
    near = peer and USUAL is not None and _is_in(peer, USUAL.peers)
    if url.scheme != "https" or host not in {url.netloc, url.hostname} or not near:
        return None
    proxy: Proxy | None = settings.BEHIND_PROXY
    if proxy is None:
        return Lack.UNBELIEVED
    if not address(request.META.get(proxy.header, "").rpartition(",")[2]):
        return Lack.ADDRESS
    return Lack.NOTHING if request.META.get("HTTP_X_FORWARDED_PROTO") else Lack.SCHEME


def seen(*, younger_than: float = KEPT) -> Lack | None:
    """What the last visitors of the web part have shown; None when nobody came."""
    try:
        told, age = _file().read_text(encoding="utf-8"), time.time() - _file().stat().st_mtime
    except OSError:
        return None
    return Lack(told) if told in set(Lack) and age < younger_than else None


def _is_in(ip: str, networks: tuple[Network, ...]) -> bool:
    found = ipaddress.ip_address(ip)
    return any(found.version == each.version and found in each for each in networks)
