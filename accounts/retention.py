"""What is kept about people no longer than so (`Manifest.retention`)."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import Flow, Invitation, Request
from poster import clock
from poster.retention import delete


def sessions() -> int:
    """Sessions that ran out, and what is known about sessions that are no more."""
    before = Session.objects.count()
    SessionStore.clear_expired()
    gone, _ = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return before - Session.objects.count() + int(gone)


def sessions_kept() -> str:
    """For people: as the settings have it."""
    return f"{idle()} without use, {settings.SESSION_MAX_DAYS} days at most"


def idle() -> str:
    """After how long without use somebody is signed out, in words."""
    minutes = settings.SESSION_IDLE_MINUTES
    for size, word in ((24 * 60, "days"), (60, "hours")):
        if minutes >= size and minutes % size == 0:
            number = minutes // size
            return f"{number} {word if number > 1 else word[:-1]}"
    return f"{minutes} minutes"


def invitations() -> int:
    """Used ones, and those that ran out: a month later, so that it can be seen what became of them."""
    before = clock.now() - dt.timedelta(days=30)
    return delete(Invitation.objects.filter(Q(used_at__lt=before) | Q(used_at=None, expires_at__lt=before)))


def flows() -> int:
    """Log-ins at a provider that were begun."""
    return delete(Flow.objects.filter(created_at__lt=clock.now() - dt.timedelta(hours=1)))


def requests() -> int:
    """What people wrote goes. Code, kind and times stay as the receipt, and so does what the machine did."""
    before = clock.now() - dt.timedelta(days=settings.SECURITY_LOG_DAYS)
    old = Request.objects.filter(answered_at__lt=before)
    by_machine = Q(kind=Request.Kind.PLATFORM) | Q(begun_at__isnull=False)
    old.exclude(by_machine).update(answer="", outcomes=[], **Request.doubt.columns(None))
    return old.exclude(email="", words="").update(email="", words="")
