"""The web part's own server in a thread, for tests that speak HTTP with it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from operations import listeners, web_server
from poster.wsgi import application

PATIENCE = 60.0


def until(happens: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@dataclass
class Web:
    """A running server. `hold`: what the path /held/ waits for; `seen`: what WSGI was told of the last request."""

    server: web_server.Server
    port: int
    hold: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    seen: dict[str, object] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def door(self, first: bytes = b"") -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as opened:
            opened.sendall(first)
            yield opened


@contextmanager
def serve(limits: web_server.Limits) -> Iterator[Web]:
    with listeners.listen("127.0.0.1", 0, move=False) as door:
        web: Web

        def answer(environ, start):
            web.seen = environ
            if environ["PATH_INFO"] == "/held/":
                web.hold.wait(PATIENCE)
                start("200 OK", [("Content-Length", "4")])
                return [b"held"]
            return application(environ, start)

        web = Web(web_server.Server(answer, door, limits), door.getsockname()[1])
        web.thread = threading.Thread(target=web.server.run, daemon=True)
        web.thread.start()
        try:
            yield web
        finally:
            web.hold.set()
            if web.thread.is_alive():
                web.server.end()
            web.thread.join(PATIENCE)
