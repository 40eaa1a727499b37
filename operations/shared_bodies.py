"""What a request may bring along: two megabytes, and at one address the pictures that a phone shares all at once.

A few of those at a time, each with room on the disk, into a file in the data folder. What is beyond is read to its end
and kept nowhere, so that its person gets a sentence in place of an error of the server's.
"""

from __future__ import annotations

import copy
import sys
from typing import IO, Any
from weakref import WeakSet

from django.urls import reverse
from waitress.buffers import FileBasedBuffer
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver

from media import blobs
from media.sharing import MOST_TOGETHER
from poster.work import space
from publishing.admin.sharing import BUSY, LEFT_OUT, TOO_MUCH

AT_ONCE = 4  # of a process: nobody fills the disk with what nobody has looked at
SLOWEST = 64 * 1024  # bytes a second; who is slower is late one day
HEADER = LEFT_OUT.upper().replace("-", "_")  # as the server names it


class Body(FileBasedBuffer):  # type: ignore[misc]
    """In a file without a name, in the data folder: there is room, and it may hold pictures."""

    def __init__(self) -> None:
        super().__init__(self.newfile())

    def newfile(self) -> IO[bytes]:
        return blobs.nameless()


class Nowhere(Body):
    """What is left out."""

    def append(self, s: bytes) -> None:
        """Read, and gone."""


class Request(HTTPRequestParser):  # type: ignore[misc]
    """One request, while it comes."""

    adj: Any
    _large: WeakSet[Request] = WeakSet()  # those that are under way, or being answered

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        usual = self.adj
        is_large = not self.chunked and self.content_length >= usual.max_request_body_size
        if not is_large or self.command != "POST" or self.path != reverse("admin:share"):
            return
        self.adj = copy.copy(usual)
        self.adj.max_request_body_size = sys.maxsize
        why = self._why_not()
        self.body_rcv = FixedStreamReceiver(self.content_length, Nowhere() if why else Body())
        if why:
            self.headers |= {"CONTENT_LENGTH": "0", HEADER: why}
        else:
            self._large.add(self)

    def _why_not(self) -> str:
        if self.content_length > MOST_TOGETHER:
            return TOO_MUCH
        room = space.room().holds(2 * self.content_length)  # one of its files lies there once more
        return "" if room and len(self._large) < AT_ONCE else BUSY

    @property
    def patience(self) -> float:
        """Seconds that what has come so far may have taken, beyond what every request may."""
        return self.body_bytes_received / SLOWEST if self in self._large else 0.0

    def close(self) -> None:
        self._large.discard(self)
        super().close()
