"""What came of a try, for whoever asked for it: the words as each channel gets them, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from accounts.models import Channel
from poster.reasons import rendering
from publishing.models import Trial
from publishing.platforms import Form
from publishing.posts import labels
from publishing.posts.fitting import fit, keeps_words, length
from publishing.posts.text_limits import limits_of
from publishing.reasons.posts import UNITS
from watches.picking import Where
from watches.trying_out import Fitting, Tried
from writing.holds import sentences


def seen(owner_id: UUID, batch: UUID) -> Sequence[Tried]:
    """In their order."""
    rows = Trial.objects.filter(owner=owner_id, batch=batch).select_related("owner", "credential")
    return [_told(row) for row in rows.prefetch_related("channels").order_by("position")]


def _told(row: Trial) -> Tried:
    written = row.state == Trial.State.WRITTEN
    return Tried(
        where=Where(row.owner, row.source, row.credential),
        found=row.found,
        over=row.state != Trial.State.ASKED,
        text=row.whole,
        alt_text=row.alt_text,
        model=row.answered_by,
        cost=row.cost,
        seconds=row.seconds,
        reason=str(row.reason or ""),
        doubts=sentences(row.holds),
        fits=[_in(channel, row) for channel in row.channels.all()] if written else (),
    )


def _in(channel: Channel, row: Trial) -> Fitting:
    """As a post with these words would go there."""
    limits, line = limits_of(channel.platform), labels.line(row.draft, channel, Form.PHOTO)
    words = labels.with_line(row.whole, line)
    over = not keeps_words(words, limits)
    text = words if over else fit(words, (), limits)
    unit = str(rendering.shown(UNITS[limits.count]))
    return Fitting(channel.platform, channel.name, text, length(text, limits), limits.text, unit, over)
