"""The server of the web part: whoever is slow holds no thread, and nobody is waited for without end.

waitress reads requests and writes answers in one loop; a thread sees a request when it is there as a whole, and is
free again when its answer is made. What waitress does not have is here: a deadline for each whole request and answer
(its own begins anew with every byte), who has to go when all places are taken, and an end that lets what is under way
finish.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import resource
import socket
import struct
import termios
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from operations.connection_limits import KB, PLACES, Limits, Pace, Stage, who_goes
from operations.shared_bodies import Request
from poster.web import proxies

__all__ = ["Limits", "Server", "bodiless", "most_places"]
THREADS = 4
TICK = 1.0  # seconds between two looks at who is late
FILES, FILES_EACH = 4096, 4  # a connection is an open file, and so is what of it does not fit into memory
END = 8.0  # seconds that requests under way may take when we are told to end

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, with the moments at which what is under way began."""

    parser_class = Request
    asked_at = 0.0  # the request that is not whole yet; 0: none
    told_at = 0.0  # the answer that is not out yet; 0: none
    told = 0  # bytes of it, and of those right before it
    heard = put = 0  # bytes of all requests and of all answers, since it came

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        self.came_at = time.monotonic()
        self.pace = Pace(self.came_at)
        super().__init__(*args, **kwargs)
        self.visitor = proxies.connected(self._peer)

    def received(self, data: bytes) -> bool:
        before = self.request
        self.heard += len(data)
        taken = bool(super().received(data))
        if self.request is None:
            self.asked_at = 0.0
        elif self.request is not before:
            self.asked_at = time.monotonic()
        self.came_at = time.monotonic()
        return taken

    def write_soon(self, data: Any) -> int:  # noqa: ANN401 - bytes, or a file in waitress's wrapper
        self.told += len(data)
        self.put += len(data)
        return int(super().write_soon(data))

    def service(self) -> None:
        """In a thread. A file is closed, and so its response, when its last byte is out: elsewhere, and later."""
        asked = {f"HTTP_{name}": value for name, value in self.requests[0].headers.items()}
        self.visitor = proxies.connected(self._peer, asked)
        super().service()
        close_old_connections()

    @property
    def stage(self) -> Stage:
        """How far this is."""
        if self.total_outbufs_len:
            return Stage.READING
        return Stage.SENDING if self.request is not None and self.request.headers_finished else Stage.SILENT

    def measure(self, now: float, every: float) -> None:
        """What came through: not what the system holds back for them, which nobody may ever read."""
        if self.pace.due(now, every):
            self.pace.measure(self.heard + self.put - self.total_outbufs_len - self._unsent(), now)

    def _unsent(self) -> int:
        """Bytes that the system has taken and the other side has not. (Not told everywhere; then none.)"""
        waiting = array.array("i", [0])
        with suppress(OSError):
            fcntl.ioctl(self.socket, termios.TIOCOUTQ, waiting)
        return waiting[0]

    @property
    def _peer(self) -> str:
        return str(self.addr[0]) if isinstance(self.addr, tuple) else ""

    @property
    def since(self) -> float:
        """Since when this place is taken by the same thing."""
        return self.asked_at or self.told_at or self.came_at

    @property
    def under_way(self) -> bool:
        """Whether somebody waits for something."""
        return bool(self.requests or self.total_outbufs_len or self.request is not None)

    def throw_out(self) -> None:
        """At once, where something is under way: the system would go on offering them what is not sent yet."""
        with suppress(OSError):
            if self.under_way:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handle_close()

    def handle_close(self) -> None:
        """With what has come of a request that will never be whole."""
        if self.request is not None:
            self.request.close()
        super().handle_close()

    def late(self, now: float, limits: Limits) -> bool:
        """Whether this has taken too long. (What our own views take is not the visitor's fault.)"""
        if not self.total_outbufs_len:
            self.told_at, self.told = 0.0, 0
        elif not self.told_at:
            self.told_at = now
        if self.told_at:
            return now - self.told_at > limits.answer + self.told / limits.rate
        if self.asked_at:
            return now - self.asked_at > limits.request + (self.request.patience if self.request else 0.0)
        return not self.requests and now - self.came_at > limits.idle


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One listening socket, until `end` is called (a signal handler may)."""

    channel_class = Channel

    def __init__(self, application: Application, listening: socket.socket, limits: Limits) -> None:
        self.limits = limits
        self._ending = False
        settled = Adjustments(**_adjustments())
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(THREADS)
        here = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(
            bodiless(application),
            {},
            _sock=listening,
            dispatcher=dispatcher,
            adj=settled,
            sockinfo=here,
            bind_socket=False,
        )

    def end(self, *_signal: object) -> None:
        """Take nobody new; `run` returns when what is under way is finished, or has had its time."""
        self._ending = True
        with contextlib.suppress(OSError):  # it has ended meanwhile: there is nobody to wake
            self.pull_trigger()

    def run(self) -> None:
        due = 0.0
        while not self._ending:
            wasyncore.poll2(TICK, self._map)
            if (now := time.monotonic()) >= due or self._crowded():
                due = now + TICK
                self._tidy(now)
        self._finish()
        self.task_dispatcher.shutdown(timeout=1)
        for channel in self._channels():
            channel.handle_close()
        self.trigger.close()

    def readable(self) -> bool:
        """Whether somebody else may come in: at most a few more than there are places."""
        return bool(super().readable()) and len(self.active_channels) < self.limits.places + self.limits.spare

    def maintenance(self, now: float) -> None:
        """waitress's own: only marks them, and waits for those that read nothing more to read."""

    def _tidy(self, now: float) -> None:
        for channel in self._channels():
            channel.measure(now, self.limits.look)
            if channel.late(now, self.limits):
                channel.throw_out()
        if self._crowded():
            for channel in who_goes(self._channels(), now, self.limits):
                channel.throw_out()

    def _crowded(self) -> bool:
        return len(self.active_channels) >= self.limits.places

    def _channels(self) -> list[Channel]:
        return list(self.active_channels.values())

    def _finish(self) -> None:
        self.del_channel()  # nobody is let in; the supervisor holds the socket, and they wait there
        until = time.monotonic() + END
        while time.monotonic() < until:
            for channel in self._channels():
                if not channel.under_way:
                    channel.handle_close()
            if not self.active_channels:
                return
            wasyncore.poll2(0.1, self._map)


def bodiless(application: Application) -> Application:
    """The same, and HEAD is answered without a body (RFC 9110 9.3.2): waitress would send it."""

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        made = application(environ, start)
        if environ["REQUEST_METHOD"] != "HEAD":
            return made
        if hasattr(made, "close"):
            made.close()
        return []

    return answer


def most_places() -> int:
    """As many as the system lets us have, after asking it for as many open files as we want."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(PLACES, max(wanted, soft) // FILES_EACH)


def _adjustments() -> dict[str, Any]:
    """waitress's settings. What does not fit into memory waits in a file without a name."""
    return {
        "max_request_header_size": 32 * KB,
        "max_request_body_size": 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        "inbuf_overflow": 64 * KB,
        "outbuf_overflow": 256 * KB,
        "connection_limit": FILES,  # we make room ourselves
        "clear_untrusted_proxy_headers": False,  # `poster.web.visitors` knows which to believe
        "ident": None,
        "log_socket_errors": False,
    }
