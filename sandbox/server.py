"""A small threaded HTTP/1.1 server with keep-alive. Werkzeug's own closes every connection."""

from __future__ import annotations

import io
from wsgiref.types import WSGIApplication

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

Headers = list[tuple[str, str]]
IDLE_SECONDS = 75


class Line(WSGIRequestHandler):
    """One connection. Reads each request to its end first, so that the next one starts where it should."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS

    def run_wsgi(self) -> None:
        """Answer one request. An error before the head of the answer is a 500; after it, the line is cut."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
        environ = self.make_environ()
        body = self._body(environ)
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        try:
            self._answer(environ)
        except ConnectionError:
            self.close_connection = True

    def _body(self, environ: dict[str, object]) -> bytes:
        stream = environ["wsgi.input"]
        if environ.get("wsgi.input_terminated"):
            return stream.read()  # type: ignore[attr-defined,no-any-return]
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, environ: dict[str, object]) -> None:
        head: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: object = None) -> object:
            head[:] = [(status, headers)]
            return None

        pieces = self.server.app(environ, start_response)  # type: ignore[arg-type]
        try:
            self._send_head(*head[0])
            if environ["REQUEST_METHOD"] != "HEAD":
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
            self.wfile.flush()
        finally:
            getattr(pieces, "close", lambda: None)()

    def _send_head(self, status: str, headers: Headers) -> None:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        measured = {name.lower() for name, _ in headers}
        usual = [("Server", self.version_string()), ("Date", self.date_time_string())]
        for name, value in [*(each for each in usual if each[0].lower() not in measured), *headers]:
            self.send_header(name, value)
        if "content-length" not in measured and code not in {"204", "304"}:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The control API keeps the log; the terminal stays quiet."""

    def log_error(self, format: str, *args: object) -> None:
        """A line that nobody used for a while was closed."""


def listen(app: WSGIApplication, port: int) -> BaseWSGIServer:
    """A server on the loopback interface; port 0 takes any free one. Call `serve_forever` on it."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Line)
    server.daemon_threads = True  # type: ignore[attr-defined]
    return server
