"""Files that no person has to decide about, and that are no post with words yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from poster import clock
from watches.models import FoundFile

LIFETIME = dt.timedelta(days=18000)
WITHOUT_WORDS = Q(state=FoundFile.State.TAKEN, gone_at=None) & (
    Q(post=None) | Q(post__state="draft", post__wants_words="captioner")
)
ARRIVING = Q(state__in=FoundFile.State.coming()) | WITHOUT_WORDS


def arriving(files: QuerySet[FoundFile]) -> list[QuerySet[FoundFile]]:
    """Of these files, those that `ARRIVING` means, in parts that have none in common: an index answers each.

    A file that has its post is due for nothing any more, so what may have none is what is due within a lifetime.
    """
    taken = files.filter(state=FoundFile.State.TAKEN, gone_at=None)
    posts: Any = FoundFile._meta.get_field("post").related_model  # of an app above this one
    described = posts.objects.filter(state="draft", wants_words="captioner", file__isnull=False)
    return [
        files.filter(state__in=FoundFile.State.coming()),
        taken.filter(next_at__lt=clock.now() + LIFETIME, post=None),
        taken.filter(pk__in=described.order_by().values("file")),  # from the drafts: a join begins with the files
    ]
