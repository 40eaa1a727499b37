"""What came of a try, for whoever asked for it: the words as each channel gets them, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from accounts.models import Channel
from poster.reasons import rendering
from publishing.models import Trial
from publishing.posts.fitting import fit, length, too_long
from publishing.posts.text_limits import limits_of
from publishing.reasons.posts import UNITS
from watches.picking import Where
from watches.sources import Found
from watches.trying_out import Fitting, Tried
from writing.holds import sentences


def seen(owner_id: UUID, batch: UUID) -> Sequence[Tried]:
    """In their order."""
    rows = Trial.objects.filter(owner=owner_id, batch=batch).select_related("owner", "credential")
    return [_told(row) for row in rows.prefetch_related("channels").order_by("position")]


def _told(row: Trial) -> Tried:
    tags = " ".join(f"#{tag}" for tag in row.hashtags)
    whole = "\n\n".join(filter(None, [row.text, tags]))
    written = row.state == Trial.State.WRITTEN
    return Tried(
        where=Where(row.owner, row.source, row.credential),
        found=Found(row.place_id, row.external_id, row.revision, row.name, row.folder),
        over=row.state != Trial.State.ASKED,
        text=whole,
        alt_text=row.alt_text,
        model=row.answered_by,
        cost=row.cost,
        seconds=row.seconds,
        reason=str(row.reason or ""),
        doubts=sentences(row.holds),
        fits=[_in(channel, row) for channel in row.channels.all()] if written else (),
    )


def _in(channel: Channel, row: Trial) -> Fitting:
    limits = limits_of(channel.platform)
    text = fit(row.text, row.hashtags, limits)
    unit = str(rendering.shown(UNITS[limits.count]))
    over = too_long(text, limits) is not None
    return Fitting(channel.platform, channel.name, text, length(text, limits), limits.text, unit, over)
