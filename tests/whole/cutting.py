"""An install that is cut off: reads orders (JSON lines) and carries each out in a fork of its own.

`python -m tests.whole.cutting`, with VAR, REMOTE_ROOT and PUBLIC_URL in the environment. Orders:

    {"do": "prepare", "logins": {...}, "watches": [{"name", "place", "captioner"}]}   an owner, his accounts, folders
    {"do": "work", "cut": n}                            all due work; SIGKILL at the n-th event, 0: never

An event is a moment at which a power cut leaves something different behind: before and after each HTTP call, after
each commit. (What was written and not committed is gone anyway.) The answer: {"killed", "events": [names], "error",
"states": of the deliveries at the end}.

Time is that of the sandbox. Instead of waiting, both are put forward.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "poster.settings"
django.setup()

import openai  # noqa: E402, F401 - once, and not in every fork
import requests  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from accounts.connections.grants import connect  # noqa: E402
from accounts.models import Channel, User  # noqa: E402
from accounts.providers import Grant  # noqa: E402
from operations.work import work_once, work_until_idle  # noqa: E402
from poster.permissions import TERMINAL  # noqa: E402
from publishing.models import Delivery  # noqa: E402
from tests.whole.working import SandboxTime  # noqa: E402
from watches.watch_service import add_watch  # noqa: E402

A_DAY = 86_400.0
WRITES = ("INSERT", "UPDATE", "DELETE")


class Cut:
    """Counts events, and is the end of this process at the n-th."""

    def __init__(self, at: int, report: Callable[[str], None]) -> None:
        self.at, self.count, self.report = at, 0, report

    def event(self, name: str) -> None:
        self.count += 1
        self.report(name)
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(self) -> None:
        """Put ourselves between the product and what it changes."""
        send, commit = requests.Session.send, connection.commit

        def counted_send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> Any:
            url = request.url or ""
            if "/_sandbox/" in url:
                return send(session, request, **options)
            name = f"{request.method} {url.split('?')[0].rpartition('/')[2]}"
            self.event(f"before {name}")
            answer = send(session, request, **options)
            self.event(f"after {name}")
            return answer

        def counted_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            result = execute(sql, params, many, context)
            if sql.startswith(WRITES) and not connection.in_atomic_block:
                self.event(" ".join(sql.split('"')[:2]))
            return result

        def counted_commit() -> None:
            commit()
            self.event("COMMIT")

        requests.Session.send = counted_send  # type: ignore[method-assign, assignment]
        connection.commit = counted_commit  # type: ignore[method-assign]
        connection.execute_wrappers.append(counted_statement)


def prepare(order: dict[str, Any], _report: Callable[[str], None]) -> None:
    call_command("migrate", verbosity=0)
    owner = User.objects.create_superuser("ann@example.org", "a long password")
    SandboxTime()
    for provider in ("facebook", "threads"):
        token = Grant(order["logins"][provider]["access_token"], expires_at=None)
        connect(owner, provider, token, practice=settings.PRACTICE)
    channels = list(Channel.objects.all())
    for watch in order["watches"]:
        add_watch(owner, by=TERMINAL, source="folder", channels=channels, interval=5, approval="auto", **watch)
    work_once()


def work(order: dict[str, Any], report: Callable[[str], None]) -> None:
    passing = SandboxTime()
    passing.jump(60)
    work_once()  # a first look at what was dropped
    passing.jump(60)
    if order["cut"]:
        Cut(order["cut"], report).wrap()
    work_until_idle(timeout=10 * A_DAY, patience=A_DAY, sleep=passing.jump)
    report("= " + " ".join(Delivery.objects.order_by("platform").values_list("state", flat=True)))


ORDERS: dict[str, Callable[[dict[str, Any], Callable[[str], None]], None]] = {"prepare": prepare, "work": work}


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """In a fork, so that it may die."""
    connections.close_all()
    notes = Path(settings.VAR) / "events"
    notes.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        _be(order, notes)
    _, status = os.waitpid(pid, 0)
    lines = notes.read_text().splitlines() if notes.exists() else []
    errors = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
    events = [line for line in lines if not line.startswith("! ")]
    states = [line.removeprefix("= ") for line in lines if line.startswith("= ")]
    events = [line for line in events if not line.startswith("= ")]
    return {"killed": os.WIFSIGNALED(status), "events": events, "error": "\n".join(errors), "states": "".join(states)}


def _be(order: dict[str, Any], notes: Path) -> None:
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def report(line: str) -> None:
        os.write(file, f"{line}\n".encode())

    try:
        ORDERS[order["do"]](order, report)
    except BaseException:  # noqa: BLE001 - whatever it is, the test has to hear of it
        for line in traceback.format_exc().splitlines():
            report(f"! {line}")
    connections.close_all()
    os._exit(0)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(carry_out(json.loads(line))), flush=True)  # noqa: T201
