"""What `bench.delivering` runs in the install: `fill`, `work` and `moments`, each in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "poster.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402

import outbox.tasks  # noqa: E402
import publishing.describing.tasks  # noqa: E402
import watches.tasks  # noqa: E402
from accounts.connections.grants import connect  # noqa: E402
from accounts.models import Channel, User  # noqa: E402
from accounts.providers import Grant  # noqa: E402
from operations.work import next_in  # noqa: E402
from outbox.models import Outgoing  # noqa: E402
from poster import clock  # noqa: E402
from poster.manifests import manifests  # noqa: E402
from poster.permissions import TERMINAL  # noqa: E402
from poster.work import child_server, children  # noqa: E402
from publishing.models import Post  # noqa: E402
from publishing.posts.approving import approve_by_watch  # noqa: E402
from watches.watch_service import add_watch  # noqa: E402

PLATFORMS = ("facebook", "instagram", "threads")


def fill(what: dict[str, Any]) -> None:
    """An owner, one channel of each platform, a watch that posts by itself; every picture approved, none sent."""
    call_command("migrate", verbosity=0)
    owner = User.objects.create_superuser("ann@example.org", "a long password")
    for provider in ("facebook", "threads"):
        connect(owner, provider, Grant(what["logins"][provider]["access_token"], expires_at=None))
    Channel.objects.update(spacing=0)
    channels = [Channel.objects.filter(platform=each).first() for each in PLATFORMS]
    add_watch(
        owner,
        source="folder",
        place=what["place"],
        channels=[each for each in channels if each],
        interval=5,
        approval="auto",
        backlog="post",
        name="Inbox",
        captioner="describer",
        by=TERMINAL,
    )
    ahead = 0.0
    clock.use(lambda: time.time() + ahead)
    while Outgoing.objects.count() < len(channels) * what["posts"]:
        watches.tasks.round()
        publishing.describing.tasks.round()
        for post in Post.objects.waiting():  # noise makes a captioner doubt; the order stands all the same
            approve_by_watch(post)
        ahead += 30  # until the files have come to rest
    clock.use(time.time)
    Outgoing.objects.update(due_at=clock.now(), next_at=clock.now())


ASKED = {"queries": 0, "transactions": 0}  # by all threads; what is lost when two count at once is little


def count(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401, FBT001
    """Around each statement."""
    alone = sql.startswith(("INSERT", "UPDATE", "DELETE")) and not context["connection"].in_atomic_block
    begins = sql.startswith("BEGIN")
    ASKED["queries"] += not begins
    ASKED["transactions"] += begins or alone
    return execute(sql, params, many, context)


def work(_what: dict[str, Any]) -> None:
    """Until nothing is on its way. Prints what it has cost."""
    outbox.tasks.due()
    server = _children()
    connection.execute_wrappers.append(count)
    connection_created.connect(lambda connection, **_: connection.execute_wrappers.append(count), weak=False)
    before = time.process_time()
    while Outgoing.objects.live().exists():
        outbox.tasks.round()
        time.sleep(max(next_in() or 0, 0.05))
    if server:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"cpu": time.process_time() - before, "children": used.ru_utime + used.ru_stime}
    print(json.dumps(cost | ASKED))


def _children() -> int:  # noqa: RET503 - who becomes the server does not come back
    """Children come from a server, as where everything runs; its pid, 0 where there is none."""
    listening = child_server.opened()
    if not listening:
        return 0
    children.use(listening.getsockname())
    modules = [module for manifest in manifests() for module in manifest.preloaded]
    if pid := os.fork():
        return pid
    child_server.become(listening, modules)


def moments(_what: dict[str, Any]) -> None:
    """When each was marked, and when it was out."""
    rows = Outgoing.objects.filter(state=Outgoing.State.PUBLISHED).values_list("committed_at", "published_at")
    print(json.dumps([[one.timestamp(), other.timestamp()] for one, other in rows if one and other]))


if __name__ == "__main__":
    {"fill": fill, "work": work, "moments": moments}[sys.argv[1]](json.loads(sys.argv[2]))
