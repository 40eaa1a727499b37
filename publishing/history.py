"""What happened to every picture, as data: one row for each delivery, and one for each picture without any."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from publishing.models import Delivery, Post
from watches.models import FoundFile

BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CHUNK = 500  # rows whose others are asked for together; a database takes so many keys and no more


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows. Empty: all of them."""

    owner: User | None = None
    watch: str = ""  # its name
    status: str = ""
    since: dt.datetime | None = None
    limit: int = 100


def deliveries(wish: Wish) -> list[dict[str, Any]]:
    """One row for each delivery, newest first."""
    rows = Delivery.objects.select_related("post__watch").prefetch_related("post__items__asset__found")
    if wish.watch:
        rows = rows.filter(post__assets__found__watch_name=wish.watch).distinct()
    if wish.status:
        rows = rows.filter(state=wish.status)
    return [_delivery(row) for row in _narrowed(rows, wish)[: wish.limit].iterator(chunk_size=CHUNK)]


def without_delivery(wish: Wish) -> list[dict[str, Any]]:
    """One row for each picture that has no delivery, newest first, with the reason."""
    found = [_file(row) for row in _without(FoundFile.objects.select_related("post"), wish, "post__")]
    written = Post.objects.filter(file=None).prefetch_related("items__asset")
    found += [_post(row) for row in _without(written, wish, "")] if not wish.watch else []
    return sorted(found, key=itemgetter("found_at"), reverse=True)[: wish.limit]


def _without(rows: QuerySet[Any], wish: Wish, post: str) -> list[Any]:
    """Of a picture that has its post, the post's state is told. `post`: the way to it."""
    rows = rows.filter(**{f"{post}deliveries": None})
    if wish.watch:
        rows = rows.filter(watch_name=wish.watch)
    if wish.status:
        of_post = Q(**{f"{post}state": wish.status})
        rows = rows.filter(Q(state=wish.status, post=None) | (of_post & Q(state=TAKEN)) if post else of_post)
    return list(_narrowed(rows, wish)[: wish.limit].iterator(chunk_size=CHUNK))


def _narrowed(rows: QuerySet[Any], wish: Wish) -> QuerySet[Any]:
    if wish.owner:
        rows = rows.filter(owner=wish.owner)
    # Without it SQLite joins a delivery's two tables from the wrong one, and sorts all that there is.
    return rows.filter(created_at__gte=wish.since or BEGINNING).order_by("-created_at")


def _delivery(row: Delivery) -> dict[str, Any]:
    items = row.shown
    first = items[0].asset if items else None
    file = getattr(first, "found", None)
    alt_texts = [medium.get("alt_text", "") for medium in row.media]
    return {
        "id": str(row.pk),
        "file_id": file.external_id if file else "",
        "file_name": first.name if first else "",
        "watch": row.post.watch.name if row.post.watch else (file.watch_name if file else ""),
        "channel": row.channel_name,
        "channel_id": str(row.channel_id or ""),
        "platform": row.platform,
        "status": row.state,
        "remote_id": row.remote_id,
        "permalink": row.permalink,
        "caption": row.text,
        "alt_text": alt_texts[0] if alt_texts else "",
        "found_at": (file or first).created_at if first else None,
        "approved_at": row.post.decided_at,
        "due_at": row.due_at,
        "published_at": row.published_at,
        "attempts": row.commits,
        "error": row.error,
    }


def _file(row: FoundFile) -> dict[str, Any]:
    post = getattr(row, "post", None)
    told = _of_post(post) if post is not None and row.state == TAKEN else {"status": row.state, "error": row.sentence}
    return {
        **NOTHING,
        "file_id": row.external_id,
        "file_name": row.name,
        "watch": row.watch_name,
        "found_at": row.created_at,
        "caption": post.text if post else "",
        **told,
    }


def _post(row: Post) -> dict[str, Any]:
    """One that no file was found for."""
    item = next(iter(row.items.all()), None)
    return {**NOTHING, "file_name": item.asset.name if item else "", "found_at": row.created_at, **_of_post(row)}


def _of_post(post: Post) -> dict[str, Any]:
    return {"status": post.state, "caption": post.text, "error": post.waits_because or str(post.wordless_because or "")}


TAKEN = FoundFile.State.TAKEN
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("id", "approved_at", "due_at", "published_at")),
    **dict.fromkeys(("file_id", "watch", "channel", "channel_id", "platform", "remote_id", "permalink"), ""),
    **dict.fromkeys(("caption", "alt_text"), ""),
    "attempts": 0,
}
