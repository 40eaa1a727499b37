"""The parts of an install. Each is a function that runs until it is told to end, in a process of its own."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django_q.cluster import Cluster
from gunicorn.app.base import BaseApplication

from poster.wsgi import application

THREADS = 4
TRIES = 20  # ports, one after the other


class PortTaken(Exception):
    """Another program listens there."""


def listen(host: str, port: int, *, move: bool) -> socket.socket:
    """A listening socket: kept by the supervisor, so that visitors wait while the web part is started again.

    With `move` the next free port will do. Raises PortTaken.
    """
    for candidate in range(port, min(port + (TRIES if move else 1), 65536)):
        try:
            return socket.create_server((host, candidate), backlog=128)
        except OSError:
            continue
    raise PortTaken(f"Port {port} is used by another program. End that one, or set PORT to another number.")


def free_port(port: int) -> int:
    """This port, or the next one that nobody uses."""
    with listen("127.0.0.1", port, move=True) as held:
        return int(held.getsockname()[1])


class _Web(BaseApplication):  # type: ignore[misc]
    def __init__(self, file_number: int) -> None:
        self._file_number = file_number
        super().__init__()

    def load_config(self) -> None:
        for name, value in _web_settings(self._file_number).items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - a WSGI application
        return application


def _web_settings(file_number: int) -> dict[str, object]:
    memory = "/dev/shm"  # noqa: S108 - where its heartbeat file touches no disk
    return {
        "bind": f"fd://{file_number}",
        "workers": 1,
        "threads": THREADS,
        "worker_class": "gthread",
        "control_socket_disable": True,
        "worker_tmp_dir": memory if os.access(memory, os.W_OK) else None,
        "graceful_timeout": 5,
        "timeout": 60,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "ai-poster web",
        "preload_app": True,  # the supervisor has loaded it already
    }


def web(listening: socket.socket) -> None:
    """Serve the dashboard until SIGTERM."""
    _Web(listening.fileno()).run()


def queue(listening: socket.socket | None = None) -> None:
    """Work off the queue until SIGTERM; what is being done is finished first."""
    if listening:
        listening.close()
    cluster = Cluster()
    cluster.start()
    cluster.sentinel.join()


def sandbox(port: int) -> None:
    """Become the outside world in a box. It is no part of us: another program, reached over HTTP."""
    os.chdir(settings.BASE)
    state = Path(settings.VAR) / "sandbox.json"
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(state), "--practice"]
    os.execv(sys.executable, command)  # noqa: S606
