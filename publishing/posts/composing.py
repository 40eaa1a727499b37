"""A file was taken → a post that wants words, once for each file."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from poster import clock
from poster.work.fairness import in_turn
from poster.work.time_budget import Over, never
from publishing.models import Post, PostAsset
from watches.models import FoundFile

# A file that has its post is due for nothing any more: it is not looked at again with each question what is due.
NEVER = dt.timedelta(days=36500)


def compose_ready(over: Over = never, most: int = 50) -> int:
    """Posts for files that have none yet. Returns how many were made."""
    taken = files_due().select_related("watch").order_by("created_at")
    return sum(not over() and compose(file) for file in in_turn(taken, most))


def files_due() -> QuerySet[FoundFile]:
    """Files that want a post."""
    taken = FoundFile.objects.filter(state=FoundFile.State.TAKEN, next_at__lte=clock.now())
    return taken.filter(watch__isnull=False, asset__isnull=False, gone_at=None, post=None)


def compose(file: FoundFile) -> bool:
    """Whether it was us who made it: of two workers that meet, one does."""
    watch = file.watch
    assert watch is not None  # noqa: S101 - the query says so
    assert file.asset_id is not None  # noqa: S101 - this, too
    try:
        with transaction.atomic():
            post = Post.objects.create(
                owner_id=watch.owner_id,
                watch=watch,
                file=file,
                fit=watch.fit,
                latest_hours=watch.latest_hours,
                queue=Post.Queue.NEXT if watch.in_queue else Post.Queue.NONE,
                wants_words=Post.Words.CAPTIONER,
                turn=1,
            )
            post.channels.set(watch.channels.filter(owner_id=watch.owner_id))
            PostAsset.objects.create(post=post, asset_id=file.asset_id)
            FoundFile.objects.filter(pk=file.pk).update(next_at=clock.now() + NEVER)
    except IntegrityError:  # one post for each file: another worker was faster. Or a channel is gone
        return False
    return True
