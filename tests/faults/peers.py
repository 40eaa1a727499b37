"""Servers that misbehave on real sockets, each connection as a test says."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"id": "12_345"}'
Behave = Callable[[socket.socket], None]


@dataclass
class Peer:
    """`heard`: the whole requests that came, one for each time it was asked."""

    address: str
    behave: Behave
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    dribbled: int = 0
    leaving: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket, tls: ssl.SSLContext | None) -> None:
        """Until the listener is closed."""
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._meet, args=(line, tls), daemon=True).start()

    def _meet(self, line: socket.socket, tls: ssl.SSLContext | None) -> None:
        with line, contextlib.suppress(OSError), tls.wrap_socket(line, server_side=True) if tls else line as spoken:
            self.heard.append(request(spoken))
            self.behave(spoken)

    def dribble(self, line: socket.socket, said: bytes, every: float = 0.05) -> None:
        """One byte at a time, and then nothing, until the other side has had enough."""
        for byte in said:
            line.sendall(bytes([byte]))
            self.dribbled += 1
            if self.leaving.wait(every):
                return
        self.leaving.wait(30)


@contextmanager
def peer(behave: Behave, *, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A server on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if tls else "http"
        made = Peer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", behave)
        threading.Thread(target=made.serve, args=(listener, tls), daemon=True).start()
        yield made
        made.leaving.set()


def request(line: socket.socket) -> bytes:
    """One request, read to its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(line)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")]
    while lengths and len(body) < lengths[0]:
        body += _more(line)
    return head + b"\r\n\r\n" + body


def _more(line: socket.socket) -> bytes:
    data = line.recv(65536)
    if not data:
        raise ConnectionError("the other side left")
    return data


def saying(answer: bytes) -> Behave:
    """Say this, and hang up."""
    return lambda line: line.sendall(answer)


def resetting(line: socket.socket) -> None:
    """Hang up as a machine does that was switched off: with a reset instead of a goodbye."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
