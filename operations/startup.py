"""One command starts everything: what is needed is made, each part runs in a process of its own, and is watched."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import requests
from django.conf import settings
from django.db import Error, connections
from django.urls import reverse

from accounts.people import first_operator, operator
from operations import begin_anew, listeners, nudges, parts, practice_setup, schema, start_checks
from operations.activity_log import Story
from operations.folder_events import FolderEvents
from operations.start_checks import CannotStart
from operations.supervisor import Part, Supervisor
from poster.config import hosts, log_files
from poster.doctor import Level
from poster.manifests import manifests
from poster.work import child_server, children, lease_recovery, mishaps, processes, schedules
from poster.work.queue_watchdog import Watchdog
from publishing import doctor

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between two looks at everything
SOON = 0.25  # seconds between two looks at what is due, while files come in
READY = 60.0  # seconds that the sandbox may take to answer: a small machine is busy at its first start
PARTS = ("sandbox", "web", "work")
Say = Callable[[str], None]


@dataclass(slots=True)
class Start:
    """One run of `start`. `only`: one of PARTS, or "" for all that are needed. `say` prints a line."""

    say: Say
    only: str = ""
    orders: processes.Orders = field(init=False)
    supervisor: Supervisor = field(init=False)
    events: FolderEvents = field(default_factory=FolderEvents)
    root: str = ""  # of the sandbox, when we run it
    listening: socket.socket | None = None

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM. Raises CannotStart."""
        processes.tie_children()
        processes.give_memory_back()
        self._say_all(start_checks.tighten())
        locks = _take_locks(self.only)
        run = Path(settings.VAR) / "run"
        processes.end_leftovers(run / f"{self.only or 'all'}.json")
        self.orders = processes.Orders()
        self.supervisor = Supervisor([], run / f"{self.only or 'all'}.json", self.say)
        try:
            self._begin()
            self._go_on()
        finally:
            self._end()
            for lock in locks:
                lock.let_go()

    def _begin(self) -> None:
        if self.only == "sandbox":
            self._start_sandbox()
            _wait_for(self.root, self.orders)
            self.say(f"The sandbox is at {self.root}/feed/")
            return
        self._migrate()
        if not self.only and practice_setup.wanted():
            begin_anew.practise(_listen(move=True))
        password = self._prepare()
        if self.only in ("", "web"):
            self.listening = begin_anew.handed_over() or _listen(move=False)
        if not self.only and begin_anew.own_sandbox():
            self._start_sandbox()
        if self.only in ("", "work"):
            self._serve_children()
        _share()
        begin = self._practise()
        if self.listening:
            self._add(Part("web", partial(parts.web, self.listening), self._output("web")))
        if self.only in ("", "work"):
            queue = partial(parts.queue, self.listening)
            self._add(Part("queue", queue, self._output("queue"), before=lease_recovery.let_go, hurries=True))
        begin()
        self._greet(password)
        if self.listening and not self.root:
            _in_child(partial(say_whether_reached, self.say))

    def _migrate(self) -> None:
        if self.only:
            schema.check()
        else:
            _in_child(partial(schema.migrate, self.say))

    def _prepare(self) -> str:
        """The database, the schedules, the operator. Returns the operator's password when they are new."""
        self._say_all(start_checks.ready())
        schedules.install()
        made = None if self.only else first_operator()
        return made[1] if made else ""

    def _say_all(self, lines: list[str]) -> None:
        for line in lines:
            self.say(line)

    def _start_sandbox(self) -> None:
        port = settings.SANDBOX_PORT or listeners.free_port(settings.PORT + 1)
        self._add(Part("sandbox", partial(parts.sandbox, port), self._output("sandbox")))
        self.root = begin_anew.sandbox_at(port)

    def _serve_children(self) -> None:
        """Before anything that reads pictures is forked: it has to know where to ask."""
        listening = child_server.opened()
        if listening:
            children.use(listening.getsockname())
            modules = [module for manifest in manifests() for module in manifest.preloaded]
            self._add(Part("children", partial(child_server.become, listening, modules), self._output("children")))

    def _practise(self) -> Callable[[], None]:
        """Returns what is to be done once the parts run."""
        if settings.PRACTICE and self.only != "web":
            _wait_for(settings.REMOTE_ROOT, self.orders)
            return partial(_in_child, partial(practice_setup.begin, practice_setup.logins(settings.REMOTE_ROOT)))
        if not self.only and (resting := practice_setup.end()):
            self.say(f"Real accounts are configured: {resting} practice sources rest now.")
        return lambda: None

    def _add(self, part: Part) -> None:
        self.supervisor.parts.append(part)
        self.supervisor.look()

    def _output(self, name: str) -> Path | None:
        """A part alone says what it does right here; all together would only confuse."""
        if self.only:
            return None
        folder = Path(settings.VAR) / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def _greet(self, password: str) -> None:
        if self.only:
            self.say(f"The {self.only} part runs. Ctrl-C ends it.")
            return
        assert self.listening is not None  # noqa: S101 - the dashboard is among all parts
        self._say_all(_greeting(listeners.address_of(self.listening), self.root, password))

    def _go_on(self) -> None:
        jobs: list[Callable[[], object]] = [self.supervisor.look, _hourly(_rotate_logs), _bound_logs]
        queue = next((part for part in self.supervisor.parts if part.name == "queue"), None)
        nudging: list[Callable[[], object]] = [self.events.look, nudges.nudge] if queue else []
        if queue:
            story = Story()
            jobs += [*nudging, partial(self._watch, queue, Watchdog()), lambda: self._tell(story)]
        while not self.orders.count:
            _do(jobs)
            self._pause(nudging)

    def _pause(self, nudging: list[Callable[[], object]]) -> None:
        """Until the next tick, or until somebody ends. A file that comes waits for none."""
        until = time.monotonic() + TICK
        while not self.orders.count and (left := until - time.monotonic()) > 0:
            seconds, told_by = (min(left, SOON), []) if self.events.lively else (left, self.events.descriptors)
            if self.orders.wait(seconds, *told_by):
                return
            if time.monotonic() < until:
                _do(nudging)

    def _watch(self, queue: Part, watchdog: Watchdog) -> None:
        if queue.pid and watchdog.stalled(queue.pid):
            self.say("The queue does not move; it is started again.")
            self.supervisor.restart(queue)
            watchdog.__init__()  # type: ignore[misc]

    def _tell(self, story: Story) -> None:
        self._say_all(story.lines())

    def _end(self) -> None:
        if self.supervisor.parts and not self.only:
            self.say("Ending: what is being sent is finished first. Ctrl-C again ends it at once.")
        connections.close_all()
        self.supervisor.end(self.orders)
        if not self.only:
            self.say("Ended.")


def say_whether_reached(say: Say) -> None:
    """Instagram and Threads must be able to fetch pictures: noticed now, and not with the first post."""
    for finding in doctor.address(offline=False):
        if finding.level is not Level.OK:
            say(f"  {finding.sentence}")


def _share() -> None:
    """What is loaded before the parts are forked is in memory once, as long as nobody touches it."""
    parts.load()
    gc.collect()
    gc.freeze()


def _in_child(run: Callable[[], object]) -> None:
    """What runs here takes and touches memory that the parts would share; in a child, that goes when it ends."""
    connections.close_all()
    pid = processes.fork(partial(_told, run))
    _, status = os.waitpid(pid, 0)
    if status:
        raise CannotStart("It could not be prepared; what went wrong is told above.")


def _told(run: Callable[[], object]) -> None:
    try:
        run()
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from error


def _do(jobs: list[Callable[[], object]]) -> None:
    """The database, Redis, the disk, the system may be away for a moment; nothing but an order ends what runs."""
    for job in jobs:
        with mishaps.survived("A job of the supervisor was not done; it is tried again") as tried:
            job()
        if isinstance(tried.error, Error):  # the database does not answer
            connections.close_all()


def _rotate_logs() -> None:
    log_files.rotate(Path(settings.VAR) / "logs", days=settings.LOG_DAYS)


def _bound_logs() -> None:
    log_files.bound(Path(settings.VAR) / "logs")


def _hourly(job: Callable[[], object]) -> Callable[[], object]:
    """The first time at once."""
    due = [0.0]

    def look() -> None:
        if time.monotonic() >= due[0]:
            due[0] = time.monotonic() + 3600
            job()

    return look


def _take_locks(only: str) -> list[processes.Lock]:
    """One of each part for each data folder."""
    locks = [processes.Lock(Path(settings.VAR) / "run" / f"{name}.lock") for name in ([only] if only else PARTS)]
    try:
        for lock in locks:
            lock.take()
    except processes.Taken as error:
        raise CannotStart(
            f"ai-poster runs already with the data in {settings.VAR} (process {error}). "
            "End that one first, or set VAR to another folder."
        ) from error
    return locks


def _listen(*, move: bool) -> socket.socket:
    try:
        return listeners.listen(settings.BIND, settings.PORT, move=move)
    except listeners.CannotListen as error:
        raise CannotStart(str(error)) from error


def _wait_for(root: str, orders: processes.Orders) -> None:
    until = time.monotonic() + READY
    while not orders.count and time.monotonic() < until:
        try:
            requests.get(f"{root}/_sandbox/", timeout=2).raise_for_status()
        except requests.RequestException:
            orders.wait(0.1)
        else:
            return
    if not orders.count:
        raise CannotStart(f"The sandbox does not answer. What it said is in {settings.VAR}/logs/sandbox.log.")


def _greeting(address: str, root: str, password: str) -> list[str]:
    real = settings.PUBLIC_URL and not hosts.is_loopback(settings.PUBLIC_HOST)
    dashboard = f"{settings.PUBLIC_URL if real else address}{reverse('admin:index')}"
    lines = ["", "ai-poster runs.", f"  Dashboard  {dashboard}", f"  Sign in    {operator().email}"]
    if password:
        lines.append(f"  Password   {password}  (shown only this once)")
    if root:
        lines += [
            f"  Feeds      {root}/feed/  (practice: what followers would see; nothing is public)",
            f"  Inbox      {settings.INBOX}  (drop pictures here)",
        ]
    wanted = address.rpartition(":")[2] != str(settings.PORT)
    if wanted:
        lines.append(f"  Port {settings.PORT} is used by another program, so this is the next free one.")
    return [*lines, f"  Details    {settings.VAR}/logs/", "  Ctrl-C ends everything.", ""]
