"""What a watch would do, said before it is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Channel
from watches.models import Watch
from watches.sources import Opened


@dataclass(frozen=True, slots=True)
class Intent:
    """What is ticked by now."""

    channels: Sequence[Channel]
    approval: str
    backlog: str
    subfolders: bool
    in_queue: bool
    most_per_day: int | None = None
    quiet: tuple[dt.time, dt.time] | None = None


def sentences(opened: Opened, intent: Intent) -> list[str]:
    """One for each thing that people ask themselves."""
    return [*filter(None, (_there(opened), _old(opened, intent), _below(opened, intent), _new(intent), _pace(intent)))]


def _there(opened: Opened) -> str:
    told = {"number": opened.pictures, "folder": opened.name}
    if not opened.pictures and opened.whole:
        return _("No picture lies right in “%(folder)s” yet.") % told
    if not opened.pictures:
        return _("No picture was seen right in “%(folder)s”, of which not all was looked at.") % told
    if not opened.whole:
        return (
            ngettext(
                "At least %(number)d picture lies in “%(folder)s”.",
                "At least %(number)d pictures lie in “%(folder)s”.",
                opened.pictures,
            )
            % told
        )
    return (
        ngettext(
            "%(number)d picture lies in “%(folder)s”.", "%(number)d pictures lie in “%(folder)s”.", opened.pictures
        )
        % told
    )


def _old(opened: Opened, intent: Intent) -> str:
    if opened.whole and not opened.pictures and not (opened.folders and intent.subfolders):
        return ""
    if intent.backlog != Watch.Backlog.POST:
        return _("What lies there already stays as it is; you can still post any of it later.")
    if intent.approval == Watch.Approval.AUTO:
        return _("What lies there already is posted too.")
    return _("What lies there already gets words too, and waits for you.")


def _below(opened: Opened, intent: Intent) -> str:
    """Also where there is none yet, as one may come."""
    if intent.subfolders:
        return _("Folders in it are watched too, with all that is in them.")
    return _("Folders in it are left out.") if opened.folders else ""


def _new(intent: Intent) -> str:
    if not intent.channels:
        return _("Choose where new pictures go, and it says here what would become of them.")
    named = [f"{channel.platform.title()} ({channel.name})" for channel in intent.channels]
    told = {"channels": ", ".join(named)}
    if intent.approval != Watch.Approval.AUTO and intent.in_queue:
        said = _("New ones get words for %(channels)s and wait for you; then they go at the next free posting time.")
        return said % told
    if intent.approval != Watch.Approval.AUTO:
        return _("New ones get words for %(channels)s and wait for you.") % told
    if intent.in_queue:
        said = _("New ones get words and go to %(channels)s by themselves, at the next free posting time.")
    else:
        said = _("New ones get words and go to %(channels)s by themselves, at once.")
    return f"{said % told} {_('Where something is doubtful, it waits for you.')}"


def _pace(intent: Intent) -> str:
    begin, end = [time_format(each, "H:i") for each in intent.quiet] if intent.quiet else ("", "")
    told = {"number": intent.most_per_day, "begin": begin, "end": end}
    if intent.most_per_day and intent.quiet:
        return _("They go out at most %(number)d a day and not between %(begin)s and %(end)s.") % told
    if intent.most_per_day:
        return _("They go out at most %(number)d a day.") % told
    return _("They go out not between %(begin)s and %(end)s.") % told if intent.quiet else ""
