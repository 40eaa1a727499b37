"""For the doctor: what is not asked at the moment, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.connections import suspensions
from poster import clock
from poster.doctor import Finding, problem, warning
from poster.models import Rest
from poster.reasons import Actor
from poster.work import clock_jumps


def looks() -> Iterator[Finding]:
    """Of each place that refuses everything, of a clock that was put back, and of the longest announced rest.

    What rests is tried again by itself; only the clock of this machine is somebody's to mend.
    """
    channels = list(suspensions.held_channels().select_related("credential"))
    suspensions.look_up(channels)
    for channel in channels:
        rest = suspensions.suspended(channel)
        if rest is not None:
            yield problem(f"channel {channel.name}", str(suspensions.told(rest)), Actor.NOBODY)
    if put := clock_jumps.put_back():
        by, at = put
        said = f"This machine's clock was put back by {by} on {at:%d %B, %H:%M} UTC. What it had written was mended."
        yield warning("clock", f"{said} Switch on time synchronisation.")
    announced = Rest.objects.filter(kind=Rest.Kind.ANNOUNCED, until__gt=clock.now())
    longest = announced.order_by("-until").first()
    if longest is not None:
        said = f"{announced.count()} accounts or apps asked us to wait (rate limits), the longest until"
        until = f"{longest.until:%d %B, %H:%M} UTC"
        yield warning("limits", f"{said} {until}. We go on by ourselves then.", Actor.NOBODY)
