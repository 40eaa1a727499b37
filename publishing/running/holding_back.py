"""For the doctor: what is not asked at the moment, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.connecting import suspending
from accounts.models import Channel
from poster import clock
from poster.models import Rest


def looks() -> Iterator[tuple[str, str, str]]:
    """(name, level, sentence) of each place that refuses everything, and of each announced rest."""
    for channel in Channel.objects.select_related("credential"):
        rest = suspending.suspended(channel)
        if rest is not None:
            yield f"channel {channel.name}", "problem", suspending.told(rest)
    announced = Rest.objects.filter(kind=Rest.Kind.ANNOUNCED, until__gt=clock.now())
    longest = announced.order_by("-until").first()
    if longest is not None:
        said = f"{announced.count()} accounts or apps asked us to wait (rate limits), the longest until"
        yield "limits", "warning", f"{said} {longest.until:%d %B, %H:%M} UTC. We go on by ourselves then."
