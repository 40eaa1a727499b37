"""What `bench.large` runs in the install: `fill`, `pages` and `work`, each in a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from dataclasses import astuple
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "poster.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

import outbox.tasks  # noqa: E402
import publishing.describing.tasks  # noqa: E402
import watches.tasks  # noqa: E402
from accounts.connections.grants import connect  # noqa: E402
from accounts.models import Channel, User  # noqa: E402
from accounts.providers import Grant  # noqa: E402
from bench import large_pages  # noqa: E402
from bench.large_filling import Size, fill, key_of  # noqa: E402
from bench.write_lock import Holds  # noqa: E402
from operations.work import next_in  # noqa: E402
from outbox.models import Outgoing  # noqa: E402
from poster import clock  # noqa: E402
from poster.manifests import manifests  # noqa: E402
from poster.permissions import TERMINAL  # noqa: E402
from publishing.models import Delivery, Post  # noqa: E402
from publishing.posts.approving import approve_by_watch  # noqa: E402
from watches.models import FoundFile, Watch  # noqa: E402
from watches.watch_service import add_watch  # noqa: E402

LONGEST = 300.0  # seconds for all posts to go out
NAME = "ann@example.org"


def filled(what: dict[str, Any]) -> dict[str, float]:
    """Once; how much there is, and how long it took."""
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    if not User.objects.exists():
        fill(Size(**what))
    seconds = time.monotonic() - began
    kinds = {"deliveries": Delivery, "posts": Post, "found files": FoundFile, "watches": Watch, "people": User}
    size = Path(str(connection.settings_dict["NAME"])).stat().st_size / 1e9
    counts = {name: float(kind._default_manager.count()) for name, kind in kinds.items()}
    return {**counts, "database, GB": size, "filled in, s": seconds}


def pages(_what: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Each page, slowest first."""
    people = {"member": User.objects.get(pk=key_of(User, 1)), "operator": User.objects.get(pk=key_of(User, 0))}
    return [astuple(page) for page in large_pages.measure(people)]


def work(what: dict[str, Any]) -> dict[str, float]:
    """A new watch posts by itself what lies in its folder; milliseconds for which the write lock was held.

    Nothing where this was done before: nobody posts the same pictures twice.
    """
    if User.objects.filter(email=NAME).exists():
        return {}
    owner = _somebody(what)
    _put_off(owner)
    holds = Holds()
    ahead, until = 0.0, time.monotonic() + LONGEST
    began = time.time()
    clock.use(lambda: began + ahead)
    with holds.measured():
        while time.monotonic() < until and Outgoing.objects.filter(owner=owner).count() < 3 * what["posts"]:
            watches.tasks.round()
            publishing.describing.tasks.round()
            for post in Post.objects.waiting().filter(owner=owner):  # noise makes a captioner doubt
                approve_by_watch(post)
            ahead += 30  # until the files have come to rest
        clock.use(lambda: time.time() + ahead)  # never back: that would be noticed, and make what others have due
        Outgoing.objects.filter(owner=owner).update(due_at=clock.now(), next_at=clock.now())
        while time.monotonic() < until and Outgoing.objects.live().filter(owner=owner).exists():
            outbox.tasks.round()
            time.sleep(min(max(next_in() or 0, 0.05), 2))
    out = Outgoing.objects.filter(owner=owner, state=Outgoing.State.PUBLISHED).count()
    if out < 3 * what["posts"]:  # the figures would be those of something else
        raise SystemExit(f"{out} of {3 * what['posts']} posts went out in {LONGEST:.0f} s.")
    return {"posts that went out": float(out), "transactions": float(len(holds.lasted)), **holds.told()}


def _put_off(owner: User) -> None:
    """What others have due is done another day, so that what is measured is this owner's way and comes to an end."""
    later = clock.now() + dt.timedelta(days=365)
    for manifest in manifests():
        for model in manifest.leased:
            rows = model._default_manager.exclude(owner=owner)
            rows.filter(next_at__lt=later).update(next_at=later)


def _somebody(what: dict[str, Any]) -> User:
    """With an account at each platform and a watch."""
    owner, _ = User.objects.get_or_create(email=NAME)
    for provider in ("facebook", "threads"):
        connect(owner, provider, Grant(what["logins"][provider]["access_token"], expires_at=None))
    channels = [Channel.objects.filter(owner=owner, platform=name).first() for name in ("facebook", "threads")]
    channels.append(Channel.objects.filter(owner=owner, platform="instagram").first())
    Channel.objects.filter(owner=owner).update(spacing=0)
    orders: dict[str, Any] = {"interval": 5, "approval": "auto", "backlog": "post", "captioner": "describer"}
    there = [each for each in channels if each]
    name = f"Inbox {Watch.objects.filter(owner=owner).count()}"
    add_watch(owner, source="folder", place=what["place"], channels=there, name=name, by=TERMINAL, **orders)
    return owner


if __name__ == "__main__":
    doing: dict[str, Any] = {"fill": filled, "pages": pages, "work": work}
    print(json.dumps(doing[sys.argv[1]](json.loads(sys.argv[2]))))
