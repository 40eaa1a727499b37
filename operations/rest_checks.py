"""For the doctor: what is not asked at the moment, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.connections import suspensions
from poster import clock
from poster.models import Rest
from poster.work import clock_jumps


def looks() -> Iterator[tuple[str, str, str]]:
    """(name, level, sentence) of each place that refuses everything, and of each announced rest."""
    channels = list(suspensions.held_channels().select_related("credential"))
    suspensions.look_up(channels)
    for channel in channels:
        rest = suspensions.suspended(channel)
        if rest is not None:
            yield f"channel {channel.name}", "problem", str(suspensions.told(rest))
    if put := clock_jumps.put_back():
        by, at = put
        said = f"This machine's clock was put back by {by} on {at:%d %B, %H:%M} UTC. What it had written was mended."
        yield "clock", "warning", f"{said} Switch on time synchronisation."
    announced = Rest.objects.filter(kind=Rest.Kind.ANNOUNCED, until__gt=clock.now())
    longest = announced.order_by("-until").first()
    if longest is not None:
        said = f"{announced.count()} accounts or apps asked us to wait (rate limits), the longest until"
        yield "limits", "warning", f"{said} {longest.until:%d %B, %H:%M} UTC. We go on by ourselves then."
