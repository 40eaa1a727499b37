"""Practice begins with the program anew: what settings derive from the environment is derived of the sandbox's address.

Whoever has opened the socket hands it over as systemd does (sd_listen_fds(3)): the third descriptor, for the process
that `LISTEN_PID` names.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from typing import NoReturn

from django.conf import settings

from operations import listeners

FIRST = 3  # descriptor of the first socket that is handed over


def practise(listening: socket.socket) -> NoReturn:
    """This very command once more, with a sandbox of our own as the outside world. Same process, same socket."""
    our_address = listeners.address_of(listening)
    port = listeners.free_port(listening.getsockname()[1] + 1)
    world = {
        "PRACTICE": "yes",
        "REMOTE_ROOT": sandbox_at(port),
        "SANDBOX_PORT": str(port),
        "PICTURES_URL": our_address,
        "PUBLIC_URL": settings.PUBLIC_URL or our_address,  # what people call us stays; links in mails lead there
    }
    os.dup2(listening.fileno(), FIRST)
    handed = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **world, **handed})  # noqa: S606


def handed_over() -> socket.socket | None:
    """The socket that was opened for us, if it was."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    fcntl.fcntl(FIRST, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    return socket.socket(fileno=FIRST)


def sandbox_at(port: int) -> str:
    """Where a sandbox of our own is."""
    return f"http://127.0.0.1:{port}"


def own_sandbox() -> bool:
    """Whether the outside world is a sandbox that `start` has to start."""
    port: int = settings.SANDBOX_PORT
    return settings.PRACTICE and port > 0 and sandbox_at(port) == settings.REMOTE_ROOT
