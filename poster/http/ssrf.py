"""Addresses that somebody wrote down, and that we connect to: the model's server, the picture bucket.

An address is taken apart strictly, its name is resolved once, what it resolves to must be public, and the connection
then goes to exactly that: a name that answers differently the second time leads nowhere. A host inside is reached only
when the operator has allowed it by its exact `host:port`. Nothing follows a redirect.

Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries and IPv6 Address Space; RFC 6052 and 8215 (NAT64), RFC
3056 (6to4), RFC 4380 (Teredo), RFC 2765 (translated).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from poster.errors import Refused, Unavailable
from poster.reasons import Term
from poster.reasons.addresses import LEADS_NOWHERE, NO_ADDRESS, NO_HTTPS, ODD, STRANGE, AddressRefused, LeadsInside
from poster.reasons.outside import UnknownName

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

PORTS = {"http": 80, "https": 443}
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?", re.IGNORECASE)
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)  # what the resolver takes for a part of an IPv4 address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Every range that is not the open internet, written out: Python's own tables differ from version to version, and its
# `is_global` says yes to multicast, 6to4 and others.
CLOSED = [
    ipaddress.ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # Of IPv6 only 2000::/3 is given to anybody; the known ones of the rest stand here too, to be found.
        *("::/3", "4000::/2", "8000::/1"),
        *("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        # And in it: what IETF keeps (Teredo, ORCHID, benchmarks), documentation, 6to4.
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]
# What an operator can allow by name: this machine, and networks of their own. Not link-local: clouds answer there.
INSIDE = [
    ipaddress.ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7")
]


@dataclass(frozen=True, slots=True)
class Spelled:
    """An address, taken apart. `host` in small letters, an IPv6 one without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def name(self) -> str:
        """`host:port`, as the operator writes it to allow it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def spelled(url: str) -> Spelled:
    """`url` taken apart. Raises Refused unless it is a plain http(s) address without a user in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refused(NO_ADDRESS) from error
    if parts.scheme not in PORTS or not host:
        raise _refused(NO_HTTPS)
    if "@" in parts.netloc or not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\"):
        raise _refused(STRANGE)
    if port == 0 or not (_literal(host) or _is_name(host)):
        raise _refused(ODD)
    return Spelled(parts.scheme, host.rstrip("."), port or PORTS[parts.scheme])


def checked(url: str, *, private: Collection[str] = (), resolve: Resolve | None = None) -> str:
    """The IP address to connect to for `url`, and to no other. `private`: each `host:port` that may be inside.

    Raises Refused when it leads somewhere it must not, Unavailable when its name is not known now.
    """
    where = spelled(url)
    found = [_ip(each) for each in (resolve or resolved)(where.host, where.port)]
    if not found:
        raise Unavailable(UnknownName(service=where.host))
    for ip in found:
        if not (_public(ip) or (where.name in private and _inside(ip))):
            raise Refused(LeadsInside(name=where.name))
    return str(min(found, key=lambda ip: ip.version))  # `localhost` is both, and most servers listen on IPv4


def surely_inside(url: str) -> bool:
    """Whether it leads inside, as far as that can be told without asking a name server."""
    host = spelled(url).host
    literal = _literal(host)
    return host == "localhost" or host.endswith(".localhost") or (literal is not None and not _public(literal))


def resolved(host: str, port: int) -> list[str]:
    """What the name server says; [] when it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


def _refused(how: Term) -> Refused:
    return Refused(AddressRefused(how=how))


def _ip(text: str) -> IP:
    try:
        return _unwrapped(ipaddress.ip_address(text))
    except ValueError as error:
        raise _refused(LEADS_NOWHERE) from error


def _literal(host: str) -> IP | None:
    try:
        return None if "%" in host else _unwrapped(ipaddress.ip_address(host))
    except ValueError:
        return None


def _unwrapped(ip: IP) -> IP:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64), or itself."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _is_name(host: str) -> bool:
    """A name whose last part is no number: `2130706433` and `0x7f.1` are addresses in disguise."""
    return len(host) < 254 and bool(NAME.fullmatch(host)) and not NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2])


def _public(ip: IP) -> bool:
    return not _in(ip, CLOSED)


def _inside(ip: IP) -> bool:
    return _in(ip, INSIDE)


def _in(ip: IP, networks: Collection[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(ip.version == network.version and ip in network for network in networks)
