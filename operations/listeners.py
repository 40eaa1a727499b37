"""The socket that visitors come to, and why there is none."""

from __future__ import annotations

import errno
import socket
from enum import StrEnum

TRIES = 20  # ports, one after the other


class Why(StrEnum):
    """Why we cannot listen."""

    TAKEN = "taken"
    FORBIDDEN = "forbidden"
    NOT_OURS = "not ours"
    NO_IPV6 = "no IPv6"
    NO_ADDRESS = "no address"
    OTHER = "other"


SENTENCES = {
    Why.TAKEN: "Port {port} is used by another program. End that one, or set PORT to another number.",
    Why.FORBIDDEN: (
        "The system does not let this program listen on port {port}. Set PORT to a number from 1024 on, and let your "
        "proxy bring visitors there."
    ),
    Why.NOT_OURS: "This machine has no address {host}. Set BIND to one that it has, or leave it away (127.0.0.1).",
    Why.NO_IPV6: "IPv6 is switched off on this machine, and BIND is {host}. Set BIND to 0.0.0.0, or switch IPv6 on.",
    Why.NO_ADDRESS: "BIND is {host}, which is no address and no name of this machine. Write one like 127.0.0.1 or ::.",
    Why.OTHER: "It cannot listen on {host}, port {port}: {error}. Check BIND and PORT.",
}
KNOWN = {errno.EADDRINUSE: Why.TAKEN, errno.EACCES: Why.FORBIDDEN, errno.EPERM: Why.FORBIDDEN}
KNOWN |= {errno.EAFNOSUPPORT: Why.NO_IPV6, errno.EADDRNOTAVAIL: Why.NOT_OURS}


class CannotListen(Exception):
    """`str(error)` says why, and what to do."""

    def __init__(self, why: Why, host: str, port: int, error: OSError) -> None:
        super().__init__(SENTENCES[why].format(host=host, port=port, error=error.strerror or error))
        self.why = why


def listen(host: str, port: int, *, move: bool) -> socket.socket:
    """A listening socket: kept by the supervisor, so that visitors wait while the web part is started again.

    `::` is every address of both families, where the system can. With `move` the next free port will do. Raises
    CannotListen.
    """
    for candidate in range(port, min(port + (TRIES if move else 1), 65536)):
        try:
            return _open(host.strip("[]"), candidate)
        except OSError as error:
            failed = CannotListen(_why(host, error), host, port, error)
            if failed.why is not Why.TAKEN:
                break
    raise failed


def address_of(listening: socket.socket) -> str:
    """Where this machine itself reaches it: on loopback when it listens everywhere."""
    host, port = listening.getsockname()[:2]
    if listening.family == socket.AF_INET6:
        both = host == "::" and not listening.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
        host = "127.0.0.1" if both else f"[{'::1' if host == '::' else host}]"
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - nothing is bound here


def free_port(port: int) -> int:
    """This port of loopback, or the next one that nobody uses."""
    with listen("127.0.0.1", port, move=True) as held:
        return int(held.getsockname()[1])


def _open(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, where = min(found, key=lambda each: each[0] != socket.AF_INET)  # `localhost` is both
    both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server(where[:2], family=family, backlog=128, dualstack_ipv6=both)


def _why(host: str, error: OSError) -> Why:
    if isinstance(error, socket.gaierror):
        return Why.NO_ADDRESS
    why = KNOWN.get(error.errno or 0, Why.OTHER)
    off = why is Why.NOT_OURS and host.strip("[]") in {"::", "::1"}  # every machine with IPv6 has these
    return Why.NO_IPV6 if off else why
