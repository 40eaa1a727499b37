"""Ports for servers that tests start as programs, which bind them a moment later than somebody has found them free.

The kernel takes ports of 32768 and above for connections that go out, and for whoever asks for any: between the look
and the program another test would be given the same. So these lie below, and each process of a run has its own stretch.
"""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from itertools import cycle

LOWEST, STRETCH, STRETCHES = 10_240, 100, 200
_first = LOWEST + os.getpid() % STRETCHES * STRETCH
_next = cycle(range(_first, _first + STRETCH))


def free_port(neighbours: int = 1) -> int:
    """The first of so many in a row that are free, and were not given out lately."""
    for port in (next(_next) for _ in range(STRETCH)):
        if _are_free(range(port, port + neighbours)):
            for _ in range(neighbours - 1):
                next(_next)
            return port
    raise AssertionError("no free port")


def _are_free(ports: range) -> bool:
    with ExitStack() as held:
        try:
            for port in ports:
                held.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            return False
    return True
