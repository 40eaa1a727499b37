"""The form that moves what is approved to another time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest

from poster import clock
from poster.permissions import NotPossible
from publishing.admin import places, writing
from publishing.models import Post
from publishing.reasons.times import NoTimeGiven, TimeIsOver


def shown(due_at: dt.datetime | None) -> dict[str, Any]:
    """What the form shows: the time as it is, and what is compared when it is sent."""
    return {"move_from": due_at.isoformat() if due_at else "", "move_to": places.shown(due_at)}


def asked(request: HttpRequest) -> tuple[dt.datetime, dt.datetime | None]:
    """Where to, and the time that they saw; None where there was none. Raises NotPossible for what is no time."""
    to = places.moment(request.POST.get("to", ""))
    if to is None:
        raise NotPossible(NoTimeGiven())
    return to, _seen(request.POST.get("was", ""))


def planned(request: HttpRequest) -> dict[str, Any]:
    """Of a draft: a time, as soon as it may, or the queue; and the time that they saw. Raises NotPossible."""
    when, was = request.POST.get("when", ""), _seen(request.POST.get("was", ""))
    if when != writing.AT:
        return {"to": None, "queue": when if when in Post.Queue.values else "", "was": was}
    to = places.moment(request.POST.get("due", ""))
    if to is None:
        raise NotPossible(NoTimeGiven())
    if to < clock.now():
        raise NotPossible(TimeIsOver())
    return {"to": to, "was": was}


def _seen(text: str) -> dt.datetime | None:
    try:
        when = dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return when if when is None or when.tzinfo else None
