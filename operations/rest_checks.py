"""For the doctor: what is not asked at the moment, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
            yield problem(_("channel %(name)s") % {"name": channel.name}, str(suspensions.told(rest)), Actor.NOBODY)
    if put := clock_jumps.put_back():
        by, at = put
        told = _(
            "This machine's clock was put back by %(by)s on %(when)s UTC. What it had written was mended. Switch on "
            "time synchronisation."
        )
        yield warning(_("clock"), told % {"by": by, "when": date_format(at, "d F, H:i")})
    announced = Rest.objects.filter(kind=Rest.Kind.ANNOUNCED, until__gt=clock.now())
    longest = announced.order_by("-until").first()
    if longest is not None:
        number = announced.count()
        told = ngettext(
            "%(number)d account or app asked us to wait (rate limits), the longest until %(when)s UTC. We go on by "
            "ourselves then.",
            "%(number)d accounts or apps asked us to wait (rate limits), the longest until %(when)s UTC. We go on by "
            "ourselves then.",
            number,
        )
        until = date_format(longest.until, "d F, H:i")
        yield warning(_("limits"), told % {"number": number, "when": until}, Actor.NOBODY)
