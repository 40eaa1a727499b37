"""Where workers are born: `python -m tests.whole.nursery` loads everything once and forks, so that a new one costs
nothing. Orders come as JSON lines:

    {"do": "prepare", "logins": {...}, "place": "..."}  an owner, his accounts, a folder that is watched
    {"do": "fork"}                                      a worker that works until it is killed: {"pid"}
    {"do": "power"}                                     the power is back: what dead workers held is let go
    {"do": "moving"}                                    {"moving": rows that are not at an end, "calling": [pids]}
    {"do": "verdict", "feed": [...], "calls": {...}}    {"wrong": [...], "ends": {...}}: tests.whole.verdict

Every order but `fork` is carried out in a fork too, so that no connection of the parent's is ever open. Time is the
sandbox's: the file named by CLOCK says how far it is ahead.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from poster.permissions import TERMINAL

os.environ["DJANGO_SETTINGS_MODULE"] = "poster.settings"
django.setup()

import openai  # noqa: E402, F401 - once, and not in every fork
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, connections  # noqa: E402

from accounts.connections.grants import connect  # noqa: E402
from accounts.models import Channel, User  # noqa: E402
from accounts.providers import Grant  # noqa: E402
from operations.work import work_once  # noqa: E402
from outbox.models import LedgerEntry  # noqa: E402
from poster import clock  # noqa: E402
from poster.work import lease_recovery  # noqa: E402
from publishing.models import Delivery, Post  # noqa: E402
from tests.whole import verdict  # noqa: E402
from watches.models import FoundFile  # noqa: E402
from watches.watch_service import add_watch  # noqa: E402

AHEAD = Path(os.environ["CLOCK"])
BREATH = 0.05  # seconds between two rounds
Order = dict[str, Any]


def prepare(order: Order) -> Order:
    call_command("migrate", verbosity=0)
    owner = User.objects.create_superuser("ann@example.org", "a long password")
    for provider in ("facebook", "threads"):
        connect(owner, provider, Grant(order["logins"][provider]["access_token"], expires_at=None))
    channels = list(Channel.objects.all())
    add_watch(
        owner,
        source="folder",
        place=order["place"],
        channels=channels,
        interval=5,
        approval="auto",
        name="Inbox",
        captioner="openai",
        by=TERMINAL,
    )
    work_once()
    return {}


def power(_order: Order) -> Order:
    return {"freed": lease_recovery.let_go()}


def moving(_order: Order) -> Order:
    """What is on its way, and who is in the middle of a call that publishes: his newest line is an intent."""
    on_its_way = Delivery.objects.live().count() + FoundFile.objects.filter(state=FoundFile.State.FOUND).count()
    wordless = Post.objects.wordless().count()
    unposted = FoundFile.objects.filter(state=FoundFile.State.TAKEN, post=None).count()
    newest: dict[str, str] = dict(LedgerEntry.objects.order_by("created_at").values_list("worker", "kind"))
    calling = [int(worker.rpartition(":")[2]) for worker, kind in newest.items() if kind == LedgerEntry.Kind.COMMIT]
    return {"moving": on_its_way + wordless + unposted, "found": FoundFile.objects.count(), "calling": calling}


ORDERS: dict[str, Callable[[Order], Order]] = {
    "prepare": prepare,
    "power": power,
    "moving": moving,
    "verdict": verdict.verdict,
}


def work_for_ever() -> None:
    """Rounds. Where the database is away for a moment, the next one is tried: as a worker of the queue does."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # as where a worker is started by itself
    while True:
        try:
            work_once()
        except DatabaseError:
            connections.close_all()
        time.sleep(BREATH)


def carry_out(order: Order) -> Order:
    """In a fork, whose answer comes through a pipe."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _answer(order, writing)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told: Order = json.loads(answer.read() or '{"error": "it died"}')
    return told


def _answer(order: Order, writing: int) -> None:
    try:
        answer = ORDERS[order["do"]](order)
    except BaseException:  # noqa: BLE001 - whatever it is, who asked has to hear of it
        answer = {"error": traceback.format_exc()}
    connections.close_all()
    with os.fdopen(writing, "w") as out:
        out.write(json.dumps(answer))
    os._exit(0)


def fork() -> Order:
    pid = os.fork()
    if pid == 0:
        os.close(0)
        work_for_ever()
    return {"pid": pid}


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead leave no zombies
    clock.use(lambda: time.time() + float(AHEAD.read_text()))
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(fork() if asked["do"] == "fork" else carry_out(asked)), flush=True)  # noqa: T201
