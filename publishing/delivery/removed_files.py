"""Files that were taken away at their source: what waits for a yes is stopped, and goes on when they are back."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef

from poster import clock
from publishing.models import Delivery, Post
from publishing.reasons.gate import BackAgain, TakenAway
from watches.models import FoundFile
from watches.reasons import files

STILL_ASKED = dt.timedelta(days=7)  # after a file was taken away: by then nothing of it is on its way any more


def stop_what_was_taken_away() -> int:
    """Drafts whose file was taken away are discarded. (Deliveries ask for themselves, at their gate.)"""
    drafts = Post.objects.filter(state=Post.State.DRAFT, assets__found__gone_at__isnull=False)
    return Post.objects.filter(pk__in=list(drafts.values_list("pk", flat=True))).update(
        state=Post.State.DISCARDED, decided_at=clock.now(), **Post.hold.columns(TakenAway())
    )


def end_what_was_taken_away() -> int:
    """Files that were taken, and of which nothing is out or on its way: they end as gone."""
    lately = clock.now() - STILL_ASKED
    taken = FoundFile.objects.filter(state=FoundFile.State.TAKEN, gone_at__isnull=False, gone_at__gt=lately)
    drafts = Post.objects.filter(assets=OuterRef("asset"), state=Post.State.DRAFT)
    used = Delivery.objects.filter(post__assets=OuterRef("asset")).exclude(state=Delivery.State.CANCELLED)
    ended = taken.exclude(Exists(drafts)).exclude(Exists(used))
    rows = FoundFile.objects.filter(pk__in=list(ended.values_list("pk", flat=True)), state=FoundFile.State.TAKEN)
    return rows.update(state=FoundFile.State.GONE, **FoundFile.reason.columns(files.TakenAway()))


def take_up_what_is_back() -> int:
    """Drafts that were discarded because their file was taken away wait again when it is back."""
    stopped = Post.objects.filter(state=Post.State.DISCARDED, hold_code=TakenAway.code, decided_by=None)
    stopped = stopped.exclude(assets__found__gone_at__isnull=False)
    return Post.objects.filter(pk__in=list(stopped.values_list("pk", flat=True))).update(
        state=Post.State.DRAFT, decided_at=None, **Post.hold.columns(BackAgain())
    )
