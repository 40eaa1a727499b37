"""Names of machines: as browsers send them, and which of them mean this machine."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}


def plain(host: str) -> str:
    """A name as it stands in a request: small letters, ASCII (UTS 46, as browsers do), no dot at its end.

    An IPv6 address loses its brackets. Raises ValueError when no machine can be called so.
    """
    bare = host.strip("[]")
    if ":" in bare:
        return str(ipaddress.IPv6Address(bare))
    bare = bare.rstrip(".").lower()
    if not bare or bare.isascii():
        return bare
    try:
        return idna.encode(bare, uts46=True, std3_rules=True).decode()
    except idna.IDNAError as error:
        raise ValueError(str(error)) from error


def written(host: str) -> str:
    """The same as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def normal(url: str) -> str:
    """A web address as browsers send it in `Origin`: its host plain, its port only when it is not the usual one.

    Raises ValueError.
    """
    parts = urlsplit(url)
    host = written(plain(parts.hostname or ""))
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port and parts.port != DEFAULT_PORTS.get(parts.scheme) else ""
    return SplitResult(parts.scheme, f"{user}{at}{host}{port}", parts.path, parts.query, parts.fragment).geturl()


def is_loopback(host: str) -> bool:
    """Whether this name, with or without a port, leads to whatever machine uses it."""
    name = _without_port(host)
    try:
        return ipaddress.ip_address(plain(name)).is_loopback
    except ValueError:
        return name.lower().rstrip(".") == "localhost"


def is_here(host: str) -> bool:
    """The same, or the name that the system gives this machine."""
    return is_loopback(host) or _without_port(host).lower() == socket.gethostname().lower()


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdigit() and (":" not in name or name.endswith("]")) else host
