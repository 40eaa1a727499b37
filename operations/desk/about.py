"""This version of ai-poster, and how much it is used: in figures, of nobody in particular, for this page alone."""

from __future__ import annotations

import datetime as dt
import platform
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Channel, User
from media.models import Asset
from poster import clock
from publishing.models import Delivery, Post
from watches.models import Watch
from writing.models import Suggestion

MOST = 10_000  # that are counted
LATELY = dt.timedelta(days=30)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
PACKAGES = ("Django", "django-q2", "Pillow", "requests", "cryptography")


@dataclass(frozen=True, slots=True)
class Figure:
    """So many of something; `more`: there are more than were counted."""

    label: str
    number: int

    @property
    def more(self) -> bool:
        return self.number >= MOST


def versions() -> list[tuple[str, str]]:
    """What runs here, for whoever is asked for it in a report."""
    ours = f"{release()} ({commit()})" if commit() else release()
    packages = [(name, metadata.version(name)) for name in PACKAGES]
    return [("ai-poster", ours), ("Python", platform.python_version()), (_database(), _database_version()), *packages]


def release() -> str:
    """The newest heading of the changelog."""
    try:
        found = HEADING.search((Path(settings.BASE) / "CHANGELOG.md").read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""


def commit() -> str:
    """The state of the code, where it lies in a clone of its repository."""
    git = Path(settings.BASE) / ".git"
    try:
        if git.is_file():  # a worktree, or a submodule, whose address may be from here
            git = git.parent / git.read_text().removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text().strip()
        if head.startswith("ref: "):
            head = _of_ref(git, head.removeprefix("ref: "))
    except OSError:
        return ""
    return head[:10] if re.fullmatch(r"[0-9a-f]{40,64}", head) else ""


def _of_ref(git: Path, ref: str) -> str:
    """A file of its own comes first; `git gc` packs all of them into one. Source: gitrepository-layout(5)."""
    common = git / "commondir"
    home = git / common.read_text().strip() if common.is_file() else git
    if (home / ref).is_file():
        return (home / ref).read_text().strip()
    lines = (home / "packed-refs").read_text().splitlines()
    return next((line.partition(" ")[0] for line in lines if line.endswith(f" {ref}")), "")


def migrated_at() -> dt.datetime | None:
    """When the tables were last changed."""
    rows = MigrationRecorder(connection).migration_qs.order_by("-applied")
    moment: dt.datetime | None = rows.values_list("applied", flat=True).first()
    return moment


def use() -> list[Figure]:
    """Counted to `MOST` each, along indexes. No names, no content, and nothing of it leaves this install."""
    since = clock.now() - LATELY
    published = Delivery.objects.filter(state=Delivery.State.PUBLISHED, due_at__gte=since)
    return [
        _counted(_("people"), User.objects.filter(is_active=True)),
        _counted(_("channels that are on"), Channel.objects.filter(state=Channel.State.ACTIVE)),
        _counted(_("sources that look"), Watch.objects.filter(state=Watch.State.ACTIVE)),
        _counted(_("pictures in the library"), Asset.objects.all()),
        _counted(_("posts of 30 days"), Post.objects.filter(created_at__gte=since)),
        _counted(_("captions of 30 days"), Suggestion.objects.filter(created_at__gte=since)),
        _counted(_("deliveries published in 30 days"), published),
    ]


def _counted(label: str, rows: QuerySet[Any]) -> Figure:
    return Figure(label, rows.order_by()[:MOST].count())


def _database() -> str:
    return "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"


def _database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return str(cursor.fetchone()[0])
