"""What a watch did not see, and since when, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from poster import clock
from watches.models import Watch


def silence(watch: Watch) -> str:
    """Why nothing was seen at the last try, since when, and when the next one is; "" when something was."""
    if not watch.unanswered or watch.state != Watch.State.ACTIVE:
        return ""
    since = f"{watch.looked_at:%d %B %H:%M} UTC" if watch.looked_at else _("it was made")
    due = watch.stream.next_at
    when = _("at %(time)s UTC") % {"time": f"{due:%H:%M}"} if due > clock.now() else _("now")
    told = _("Nothing seen since %(since)s, next try %(when)s.") % {"since": since, "when": when}
    return f"{told} {watch.unanswered}"


def unread(watch: Watch) -> str:
    """What could not be read, though the rest was; "" when all was."""
    if not watch.unread:
        return ""
    names = ", ".join(watch.unread_names)
    if watch.unread > len(watch.unread_names):
        names = _("%(names)s and others") % {"names": names}
    told = ngettext(
        "%(files)d file or folder could not be read: %(names)s. The rest is looked at, and this is tried again each "
        "time.",
        "%(files)d files or folders could not be read: %(names)s. The rest is looked at, and these are tried again "
        "each time.",
        watch.unread,
    )
    return told % {"files": watch.unread, "names": names}


def notes(watch: Watch) -> str:
    """All that a person should know about its looks; "" when it is well."""
    return " ".join(filter(None, [str(watch.problem or ""), silence(watch), unread(watch)]))
