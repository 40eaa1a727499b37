"""Pictures made on the spot, and a web server that shows them."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image


def picture(width: int = 1080, height: int = 1080, *, kind: str = "JPEG", **options: object) -> bytes:
    """The bytes of a plain picture."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 60)).save(kept, kind, **options)
    return kept.getvalue()


@dataclass(slots=True)
class Gallery:
    """A web server with pictures; `visits` are (path, user agent) of everyone who came."""

    root: str = ""
    shown: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    visits: list[tuple[str, str]] = field(default_factory=list)

    def show(self, content: bytes, *, name: str = "picture.jpg", kind: str = "image/jpeg", status: int = 200) -> str:
        """Put something up; its public address."""
        self.shown[f"/{name}"] = (status, kind, content)
        return f"{self.root}/{name}"


@contextmanager
def open_gallery() -> Iterator[Gallery]:
    """A gallery on the loopback interface."""
    gallery = Gallery()

    class Visitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gallery.visits.append((self.path, self.headers["User-Agent"]))
            status, kind, content = gallery.shown.get(self.path, (404, "text/plain", b""))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if status == 302:
                self.send_header("Location", "/picture.jpg")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Visitor)
    gallery.root = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield gallery
    server.shutdown()
    server.server_close()
