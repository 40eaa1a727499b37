"""What happened to every picture, as data: one row for each delivery, and one for each picture without any."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from publishing.models import Delivery, Post
from watches.models import Asset

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
    rows = Delivery.objects.select_related("post__watch").prefetch_related("post__items__asset")
    if wish.watch:
        rows = rows.filter(post__assets__watch_name=wish.watch).distinct()
    if wish.status:
        rows = rows.filter(state=wish.status)
    return [_delivery(row) for row in _narrowed(rows, wish)[: wish.limit].iterator(chunk_size=CHUNK)]


def without_delivery(wish: Wish) -> list[dict[str, Any]]:
    """One row for each picture that has no delivery, newest first, with the reason."""
    rows = Asset.objects.filter(posts__deliveries=None).prefetch_related("posts")
    if wish.watch:
        rows = rows.filter(watch_name=wish.watch)
    if wish.status:
        # Of a picture that has its post, the post's state is told.
        posts = Post.objects.filter(assets=OuterRef("pk"), state=wish.status)
        rows = rows.filter(Q(state=wish.status) | Q(Exists(posts), state=Asset.State.READY))
    found = (_asset(row) for row in _narrowed(rows, wish).iterator(chunk_size=CHUNK))
    return list(islice((row for row in found if wish.status in ("", row["status"])), wish.limit))


def _narrowed(rows: QuerySet[Any], wish: Wish) -> QuerySet[Any]:
    if wish.owner:
        rows = rows.filter(owner=wish.owner)
    if wish.since:
        rows = rows.filter(created_at__gte=wish.since)
    return rows.order_by("-created_at")


def _delivery(row: Delivery) -> dict[str, Any]:
    items = list(row.post.items.all())
    first = items[0].asset if items else None
    alt_texts = [medium.get("alt_text", "") for medium in row.media]
    return {
        "id": str(row.pk),
        "file_id": first.external_id if first else "",
        "file_name": first.name if first else "",
        "watch": row.post.watch.name if row.post.watch else (first.watch_name if first else ""),
        "channel": row.channel_name,
        "channel_id": str(row.channel_id or ""),
        "platform": row.platform,
        "status": row.state,
        "remote_id": row.remote_id,
        "permalink": row.permalink,
        "caption": row.text,
        "alt_text": alt_texts[0] if alt_texts else "",
        "found_at": first.created_at if first else None,
        "approved_at": row.post.decided_at,
        "due_at": row.due_at,
        "published_at": row.published_at,
        "attempts": row.commits,
        "error": row.error,
    }


def _asset(row: Asset) -> dict[str, Any]:
    post = next(iter(row.posts.all()), None)
    waiting = post is not None and row.state == Asset.State.READY
    return {
        "id": None,
        "file_id": row.external_id,
        "file_name": row.name,
        "watch": row.watch_name,
        "channel": "",
        "channel_id": "",
        "platform": "",
        "status": post.state if post and waiting else row.state,
        "remote_id": "",
        "permalink": "",
        "caption": post.text if post else "",
        "alt_text": "",
        "found_at": row.created_at,
        "approved_at": None,
        "due_at": None,
        "published_at": None,
        "attempts": 0,
        "error": post.waits_because or row.reason if post else row.reason,
    }
