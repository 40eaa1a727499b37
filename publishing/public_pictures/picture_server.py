"""A door for pictures while no web part runs: when `work` runs alone, and the world that fetches them is this machine.

A sandbox or a recorder behind REMOTE_ROOT fetches from PUBLIC_URL like the real services do. On a real address the web
part or a proxy answers, and this does nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application

HERE = {"127.0.0.1", "localhost", "::1"}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The ledger tells what was fetched."""


@contextmanager
def picture_door() -> Iterator[None]:
    """Inside this block, PUBLIC_URL is answered, if it is on this machine and nobody answers it yet."""
    parts = urlsplit(settings.PUBLIC_URL)
    host, port = parts.hostname or "", parts.port or 80
    if host not in HERE or _answered(host, port):
        yield
        return
    server = make_server(host, port, get_wsgi_application(), server_class=_Server, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _answered(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
