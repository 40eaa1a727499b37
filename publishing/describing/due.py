"""When words are due: for the health page, and for a host that works only now and then."""

from __future__ import annotations

import datetime as dt

from poster.work.leases import earliest
from publishing.describing.tasks import words_due
from publishing.models import Post
from publishing.posts.composing import files_due


def oldest() -> dt.datetime | None:
    """Since when the oldest post that wants words, or file that wants a post, is due."""
    asking = (words_due(), files_due().order_by("next_at"))
    return min((row.next_at for rows in asking for row in rows[:1]), default=None)


def moments() -> list[dt.datetime]:
    """When the next post wants words."""
    moment = earliest(Post.objects.wordless())
    return [moment] if moment else []
