"""The parts of an install. Each is a function that runs until it is told to end, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.urls import get_resolver
from django_q.cluster import Sentinel
from django_q.conf import Conf
from setproctitle import setproctitle

from accounts.providers import PROVIDERS
from operations import web_server
from poster.work import processes, time_budget
from poster.wsgi import application
from publishing.platforms import PLATFORMS
from watches.sources import SOURCES

HURRY = signal.SIGUSR1  # to all of a group: end after the row that you work on


def load() -> None:
    """Import what the parts need anyway: loaded before they are forked, it is in memory once."""
    get_resolver().url_patterns  # noqa: B018
    for registry in (PROVIDERS, SOURCES, PLATFORMS):
        for key in registry:
            registry[key]


def web(listening: socket.socket) -> None:
    """Serve the dashboard until SIGTERM; who waits for an answer then gets it."""
    setproctitle("ai-poster web")
    server = web_server.Server(application, listening, web_server.Limits(places=web_server.most_places()))
    signal.signal(signal.SIGTERM, server.end)
    server.run()


class _Order:
    """What django-q2's sentinel takes for a shared event. It is given in the process that waits for it, by a signal
    handler, so it must not have a lock.
    """

    def __init__(self) -> None:
        self._given = False

    def set(self, *_signal: object) -> None:
        self._given = True

    def is_set(self) -> bool:
        return self._given

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._given


def queue(listening: socket.socket | None = None) -> None:
    """Work off the queue until SIGTERM; what is being done is finished first.

    This process is django-q2's sentinel itself: its Cluster is one more process that only passes signals on.
    """
    if listening:
        listening.close()
    setproctitle("ai-poster queue")
    end = _Order()
    sentinel = Sentinel(end, _Order(), uuid4(), timeout=Conf.TIMEOUT, start=False)
    signal.signal(signal.SIGTERM, end.set)
    signal.signal(HURRY, time_budget.end_soon)  # and so in every worker
    os.register_at_fork(after_in_child=partial(signal.signal, signal.SIGTERM, signal.SIG_DFL))
    sentinel.start()


def sandbox(port: int) -> None:
    """Become the outside world in a box. It is no part of us: another program, reached over HTTP."""
    os.chdir(settings.BASE)
    state = Path(settings.VAR) / "sandbox.json"
    for name, (_, limit) in processes.GIVEN_BACK.items():  # it has a thread for each visitor, and reads their pictures
        os.environ.setdefault(name, str(limit))
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(state), "--practice"]
    os.execv(sys.executable, command)  # noqa: S606
