"""What a watch did not see, and since when, in words for people."""

from __future__ import annotations

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from poster import clock
from watches.models import Watch


def silence(watch: Watch) -> str:
    """Why nothing was seen at the last try, since when, and when the next one is; "" when something was."""
    if not watch.unanswered or watch.state != Watch.State.ACTIVE:
        return ""
    due = watch.stream.next_at
    waits = due > clock.now()
    if watch.looked_at and waits:
        said = _("Nothing seen since %(since)s UTC, next try at %(time)s UTC. %(why)s")
    elif watch.looked_at:
        said = _("Nothing seen since %(since)s UTC, next try now. %(why)s")
    elif waits:
        said = _("Nothing seen since it was made, next try at %(time)s UTC. %(why)s")
    else:
        said = _("Nothing seen since it was made, next try now. %(why)s")
    since = date_format(watch.looked_at, "d F H:i") if watch.looked_at else ""
    return said % {"since": since, "time": time_format(due, "H:i"), "why": watch.unanswered}


def unread(watch: Watch) -> str:
    """What could not be read, though the rest was; "" when all was."""
    if not watch.unread:
        return ""
    if watch.unread > len(watch.unread_names):
        told = ngettext(
            "%(files)d file or folder could not be read: %(names)s and others. The rest is looked at, and this is "
            "tried again each time.",
            "%(files)d files or folders could not be read: %(names)s and others. The rest is looked at, and these are "
            "tried again each time.",
            watch.unread,
        )
    else:
        told = ngettext(
            "%(files)d file or folder could not be read: %(names)s. The rest is looked at, and this is tried again "
            "each time.",
            "%(files)d files or folders could not be read: %(names)s. The rest is looked at, and these are tried "
            "again each time.",
            watch.unread,
        )
    return told % {"files": watch.unread, "names": ", ".join(watch.unread_names)}


def notes(watch: Watch) -> str:
    """All that a person should know about its looks; "" when it is well."""
    return " ".join(filter(None, [str(watch.problem or ""), silence(watch), unread(watch)]))
