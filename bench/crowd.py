"""Visitors without a login who are as slow as they can be: headers and bodies letter by letter, pictures sip by sip."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PAUSE = 0.5  # seconds between two letters
SIP = 512  # bytes
KINDS = ("header", "body", "reader")


@dataclass
class Slow:
    """One of them. `got`: bytes of the answer so far."""

    kind: str
    door: socket.socket
    got: int = 0
    closed: bool = False

    def go_on(self) -> None:
        """One letter or one sip; notices when the other side has had enough."""
        try:
            if self.kind != "reader":
                self.door.send(b"a")
            while select.select([self.door], [], [], 0)[0]:
                sip = self.door.recv(SIP)
                self.got, self.closed = self.got + len(sip), not sip
                if self.kind == "reader" or not sip:
                    return
        except OSError:
            self.closed = True


@dataclass
class Crowd:
    """`count` of them at 127.0.0.1:`port`, of all kinds in turn, until the block ends. Who is thrown out comes back."""

    port: int
    picture: str
    count: int
    come_back: bool = True
    slow: list[Slow] = field(default_factory=list)
    thrown_out: int = 0

    def held(self) -> list[Slow]:
        """Those who are in now."""
        return [each for each in self.slow if not each.closed]

    @contextmanager
    def here(self) -> Iterator[Crowd]:
        ended = threading.Event()
        self.slow = [self._come(KINDS[number % len(KINDS)]) for number in range(self.count)]
        dripping = threading.Thread(target=self._drip, args=[ended], daemon=True)
        dripping.start()
        try:
            yield self
        finally:
            ended.set()
            dripping.join()
            for each in self.slow:
                each.door.close()

    def _come(self, kind: str) -> Slow:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        door.connect(("127.0.0.1", self.port))
        begin = {
            "header": "GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
            "body": "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nlogin=",
            "reader": f"GET {self.picture} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        }
        door.sendall(begin[kind].encode())
        return Slow(kind, door)

    def _drip(self, ended: threading.Event) -> None:
        while not ended.wait(PAUSE):
            for number, each in enumerate(self.slow):
                if not each.closed:
                    each.go_on()
                if each.closed and self.come_back:
                    self.thrown_out += 1
                    each.door.close()
                    with contextlib.suppress(OSError):
                        self.slow[number] = self._come(each.kind)


def until(crowd: Crowd, seconds: float = 60.0) -> None:
    """Until each reader has begun to read. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not all(each.got for each in crowd.slow if each.kind == "reader"):
        if time.monotonic() > end:
            raise TimeoutError("not all slow readers got anything")
        time.sleep(0.1)
