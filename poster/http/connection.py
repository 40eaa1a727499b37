"""One real connection to the outside: hung up at its deadline, and telling whether it ever stood.

The library's own timeouts are per read: a peer that sends one byte every few seconds, in the headers too, would keep
us for ever. And its errors do not tell for certain whether a request had left: a TLS error may come from the handshake,
or long after they were asked. Whether the connection stood does tell.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError


class Line(HTTPAdapter):
    """For one call: no retries, and an end after `seconds`, whatever trickles in by then.

    `pinned`: the IP address to connect to, whatever the name in the address would resolve to now (see `ssrf`).
    """

    def __init__(self, seconds: float, *, pinned: str = "") -> None:
        super().__init__(max_retries=0)
        self._pinned = pinned
        self._held: list[socket.socket] = []
        self._over = threading.Event()
        self._clock = threading.Timer(seconds, self.hang_up)
        self._clock.daemon = True

    @property
    def stood(self) -> bool:
        """Whether there was a connection, handshake and all: without one, nothing of the request has left."""
        return bool(self._held)

    def send(self, *request: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        self._clock.start()
        return super().send(*request, **options)

    def close(self) -> None:
        self._clock.cancel()
        super().close()

    def hang_up(self) -> None:
        """Whoever waits for the other side hears the end at once."""
        self._over.set()
        for held in self._held:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(held, socket.SHUT_RDWR)  # past TLS, which is in use by another thread

    def get_connection_with_tls_context(self, *request: Any, **options: Any) -> Any:  # noqa: ANN401
        pool: Any = super().get_connection_with_tls_context(*request, **options)
        line = self

        class Held(pool.ConnectionCls):  # type: ignore[misc]
            _dns_host: str

            def _new_conn(self) -> socket.socket:
                named, self._dns_host = self._dns_host, line._pinned or self._dns_host
                try:
                    return super()._new_conn()  # type: ignore[no-any-return]
                finally:
                    self._dns_host = named  # the certificate is that of the name

            def connect(self) -> None:
                super().connect()
                line._hold(self)

        pool.ConnectionCls = Held
        return pool

    def _hold(self, connection: Any) -> None:  # noqa: ANN401
        if self._over.is_set():
            raise ConnectTimeoutError("the deadline has passed")
        self._held.append(connection.sock)
        if self._over.is_set():  # between the two lines above
            self.hang_up()
