"""What a watch did not see, and since when, in words for people."""

from __future__ import annotations

from poster import clock
from watches.models import Watch


def silence(watch: Watch) -> str:
    """Why nothing was seen at the last try, since when, and when the next one is; "" when something was."""
    if not watch.unanswered or watch.state != Watch.State.ACTIVE:
        return ""
    since = f"{watch.looked_at:%d %B %H:%M} UTC" if watch.looked_at else "it was made"
    due = watch.stream.next_at
    when = f"at {due:%H:%M} UTC" if due > clock.now() else "now"
    return f"Nothing seen since {since}, next try {when}. {watch.unanswered}"


def unread(watch: Watch) -> str:
    """What could not be read, though the rest was; "" when all was."""
    if not watch.unread:
        return ""
    names = ", ".join(watch.unread_names)
    more = " and others" if watch.unread > len(watch.unread_names) else ""
    what = "1 file or folder" if watch.unread == 1 else f"{watch.unread} files or folders"
    return f"{what} could not be read: {names}{more}. The rest is looked at, and these are tried again each time."


def notes(watch: Watch) -> str:
    """All that a person should know about its looks; "" when it is well."""
    return " ".join(filter(None, [watch.problem, silence(watch), unread(watch)]))
