"""Pictures made on the spot, and a web server that shows them."""

from __future__ import annotations

import io
import re
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
    """A web server with pictures; `visits` are (path, user agent) of everyone who came, the way they came first.

    `robots`: its robots.txt; None for none. `everywhere`: what all other addresses show. `swallows`: what something in
    front of it takes away: "range", "head", "length".
    """

    root: str = ""
    shown: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    visits: list[tuple[str, str]] = field(default_factory=list)
    robots: str | None = None
    everywhere: tuple[int, str, bytes] = (404, "text/plain", b"nothing")
    swallows: str = ""

    def show(self, content: bytes, *, name: str = "picture.jpg", kind: str = "image/jpeg", status: int = 200) -> str:
        """Put something up; its public address."""
        self.shown[f"/{name}"] = (status, kind, content)
        return f"{self.root}/{name}"

    def found(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and bytes of what is there."""
        if path == "/robots.txt" and self.robots is not None:
            return 200, "text/plain", self.robots.encode()
        return self.shown.get(path, self.everywhere)


class Visitor(BaseHTTPRequestHandler):
    """One visit."""

    gallery: Gallery

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        self.gallery.visits.append((self.path, self.headers["User-Agent"]))
        status, kind, content = self.gallery.found(self.path)
        if not with_body and self.gallery.swallows == "head":
            status = 405
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        shown = content
        if status == 200 and part and self.gallery.swallows != "range":
            shown, status = content[int(part[1]) : int(part[2]) + 1], 206
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if with_body or self.gallery.swallows != "length":
            self.send_header("Content-Length", str(len(shown)))
        if status == 206 and part:
            self.send_header("Content-Range", f"bytes {part[1]}-{int(part[1]) + len(shown) - 1}/{len(content)}")
        if status == 302:
            self.send_header("Location", "/picture.jpg")
        self.end_headers()
        if with_body:
            self.wfile.write(shown)

    def log_message(self, *words: object) -> None:
        """Quiet."""


@contextmanager
def open_gallery() -> Iterator[Gallery]:
    """A gallery on the loopback interface."""
    gallery = Gallery()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Visitor", (Visitor,), {"gallery": gallery}))
    gallery.root = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield gallery
    server.shutdown()
    server.server_close()
