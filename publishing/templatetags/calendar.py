"""Links of the calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from poster import clock
from poster.dashboard import display
from publishing.calendar.cells import Cell
from publishing.calendar.gaps import Gap
from publishing.calendar.showing import Entry, Wanted

register = template.Library()
NINE = dt.time(9)  # when something is planned on a day, until somebody says otherwise


@register.simple_tag(takes_context=True)
def calendar_at(context: dict[str, Any], **other: object) -> str:
    """The calendar as it is shown, with these other wishes; None takes one out."""
    wanted: Wanted = context["wanted"]
    span = wanted.span
    asked = {"view": span.view.value, "on": span.on, "channel": wanted.channel, "tag": wanted.tag, **other}
    return f"{reverse('admin:calendar')}?{urlencode({name: str(value) for name, value in asked.items() if value})}"


@register.simple_tag(takes_context=True)
def move_to(context: dict[str, Any], entry: Entry) -> str:
    """The page that moves it, and leads back here."""
    told = urlencode({"was": entry.at.isoformat(), "back": context["request"].get_full_path()})
    return f"{reverse('admin:calendar_move', args=[entry.post])}?{told}"


@register.simple_tag
def write_in(gap: Gap) -> str:
    """The composer with this time and these channels."""
    told = {"at": gap.at.isoformat(), "to": [f"{mark.channel}:{mark.placement}" for mark in gap.marks]}
    return f"{reverse('admin:publishing_post_add')}?{urlencode(told, doseq=True)}"


@register.simple_tag(takes_context=True)
def write_on(context: dict[str, Any], cell: Cell) -> str:
    """The composer with this day: in the morning, or in the next hour of today; and the channel that is shown alone."""
    wall = dt.datetime.combine(cell.day, NINE)
    if cell.today:
        soon = timezone.localtime(clock.now()).replace(minute=0, second=0, microsecond=0, tzinfo=None)
        wall = max(wall, soon + dt.timedelta(hours=1))
    wanted: Wanted = context["wanted"]
    told = {"at": f"{wall:%Y-%m-%dT%H:%M}", **({"to": f"{wanted.channel}:feed"} if wanted.channel else {})}
    return f"{reverse('admin:publishing_post_add')}?{urlencode(told)}"


@register.simple_tag
def state_icon(entry: Entry) -> SafeString:
    """Its state as a shape; the word stands beside it for whoever sees none."""
    return display.icon(entry.tone[1])


@register.simple_tag
def marks(entry: Entry) -> SafeString:
    """Those for which a cell has room, without a space between them: a month has hundreds."""
    few = entry.marks[: len(entry.marks) - entry.rest]
    told = [(mark.colour, display.icon(mark.platform or "channel")) for mark in few]
    shown = format_html_join("", '<span class="channel-mark c{}">{}</span>', told)
    rest = format_html('<span class="rest">+{}</span>', entry.rest) if entry.rest else ""
    names = ", ".join(mark.label for mark in entry.marks)
    return format_html('<span class="marks" title="{}">{}{}</span>', names, shown, rest)
