"""Children without the wait for an interpreter: a server, started clean, that is forked once for each piece of work.

It is executed, never forked from a worker: no environment of ours, no key, no connection to a database is in its memory
(see `children`). It has loaded what the work needs and does none itself, so every child begins the same. Whoever wants
something done connects, hands over a file for what is printed, and sends one line; the child answers with one, and the
server with another one that says how the child ended. Whoever goes away takes the child along.

    opened() -> a listening socket with one of Linux's abstract names: no file, and only our own user is served
    become(listening, modules): from here on this process is the server

Nothing here may import Django.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from poster.work import children, processes

BACKLOG = 32
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED
SLOW = 10.0  # seconds that whoever connects may take to say what they want
LONGEST_LINE = 1024 * 1024


def opened() -> socket.socket | None:
    """Where a server can be asked; None on systems that know no such names, or cannot tell of a child by descriptor."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return None
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind("")  # the system gives it a name
    listening.listen(BACKLOG)
    return listening


def become(listening: socket.socket, modules: Sequence[str]) -> NoReturn:
    """Execute the server in place of this process. `modules`: loaded once, before anything is asked for."""
    descriptor = os.dup(listening.fileno())
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - its signature
    command = [sys.executable, "-P", "-m", "poster.work.child_server", str(descriptor), *modules]
    os.execve(sys.executable, command, children.environment())  # noqa: S606


@dataclass(frozen=True, slots=True)
class Child:
    """One piece of work, and who asked for it. `ended` can be read when it has ended: pidfd_open(2)."""

    pid: int
    ended: int
    wish: socket.socket


@dataclass(slots=True)
class Server:
    """`at_work`: by each of the two descriptors of a child."""

    listening: socket.socket
    poll: select.poll = field(default_factory=select.poll)
    at_work: dict[int, Child] = field(default_factory=dict)

    def run(self) -> NoReturn:
        """Until it is ended; its children end with it."""
        self.poll.register(self.listening, select.POLLIN)
        while True:
            for descriptor, _ in self.poll.poll():
                child = self.at_work.get(descriptor)
                if descriptor == self.listening.fileno():
                    self._serve()
                elif child and descriptor == child.ended:
                    self._tell(child)
                elif child:  # whoever asked has gone, or has waited long enough
                    children.kill(child.pid)
                    self.poll.unregister(child.wish)

    def _serve(self) -> None:
        wish, _ = self.listening.accept()
        with wish:
            if not _is_ours(wish):
                return
            others = [self.listening, *(each.wish for each in self.at_work.values())]
            pid = processes.fork(partial(_work, wish, others))
            child = Child(pid, os.pidfd_open(pid), wish.dup())
        self.at_work |= {child.ended: child, child.wish.fileno(): child}
        self.poll.register(child.ended, select.POLLIN)
        self.poll.register(child.wish, select.POLLRDHUP)

    def _tell(self, child: Child) -> None:
        """How it ended. What it has started itself ends with it."""
        children.kill(child.pid)
        _, status = os.waitpid(child.pid, 0)
        with contextlib.suppress(OSError):
            child.wish.sendall(json.dumps({"ended": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
        for descriptor in (child.ended, child.wish.fileno()):
            with contextlib.suppress(KeyError):
                self.poll.unregister(descriptor)
            del self.at_work[descriptor]
        os.close(child.ended)
        child.wish.close()


def _is_ours(wish: socket.socket) -> bool:
    told = wish.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return bool(CREDENTIALS.unpack(told)[1] == os.getuid())


def _work(wish: socket.socket, others: list[socket.socket]) -> None:
    """One piece of work, in a process of its own, that must not speak to anybody else."""
    for other in others:
        other.close()
    children.die_with(os.getppid())
    wish.settimeout(SLOW)
    _, [stderr], _, _ = socket.recv_fds(wish, 1, 1)
    os.dup2(stderr, 2)
    os.dup2(2, 1)
    with wish.makefile("rwb") as lines:
        asked = json.loads(lines.readline(LONGEST_LINE))
        wish.settimeout(None)
        children.limit(memory_mb=asked["memory_mb"], seconds=asked["seconds"])
        try:
            answer = children.answer(asked["target"], asked["payload"])
        except (MemoryError, OSError) as error:
            if children.is_of_memory(error):
                raise SystemExit(children.OUT_OF_MEMORY) from None
            raise
        lines.write(json.dumps(answer).encode() + b"\n")


def main(arguments: list[str]) -> NoReturn:
    """The server's side: `descriptor module ...`."""
    children.die_with(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever has started us
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, it would be inherited, and no end could be told
    for module in arguments[1:]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # what is shared with each child is written to by none
    Server(socket.socket(fileno=int(arguments[0]))).run()


if __name__ == "__main__":
    main(sys.argv[1:])
