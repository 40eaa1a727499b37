"""What is kept about people no longer than so (`Manifest.retention`)."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from accounts.data_rights import announcements, documents
from accounts.models import Announcement, Flow, Invitation, Notice, Request, SignUp, User
from poster import clock
from poster.retention import delete

A_DAYS_MINUTES = 24 * 60
A_MONTH = dt.timedelta(days=30)
NOTICES = dt.timedelta(days=90)  # longer than anybody who tells something looks back


def sessions() -> int:
    """Sessions that ran out, and what is known about sessions that are no more."""
    before = Session.objects.count()
    SessionStore.clear_expired()
    gone, _ = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return before - Session.objects.count() + int(gone)


def sessions_kept() -> str:
    """For people: as the settings have it."""
    days = int(settings.SESSION_MAX_DAYS)
    told = ngettext("%(idle)s without use, %(days)d day at most", "%(idle)s without use, %(days)d days at most", days)
    return told % {"idle": idle(), "days": days}


def idle() -> str:
    """After how long without use somebody is signed out, in words."""
    minutes = settings.SESSION_IDLE_MINUTES
    if minutes % A_DAYS_MINUTES == 0:
        days = minutes // A_DAYS_MINUTES
        return ngettext("%d day", "%d days", days) % days
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d minute", "%d minutes", minutes) % minutes


def invitations() -> int:
    """Used ones, and those that ran out: a month later, so that it can be seen what became of them.

    What somebody asked for, and did not use, goes at once: perhaps it was not they who asked.
    """
    now = clock.now()
    before = now - A_MONTH
    unused = Q(used_at=None, expires_at__lt=before) | Q(used_at=None, expires_at__lt=now, asked=True)
    return delete(Invitation.objects.filter(Q(used_at__lt=before) | unused))


def sign_ups() -> int:
    """Wishes for an account that the operator did not answer."""
    return delete(SignUp.objects.filter(created_at__lt=clock.now() - A_MONTH))


def sign_ups_of(person: User) -> QuerySet[SignUp]:
    """What goes with this person."""
    return SignUp.objects.filter(email__iexact=person.email)


def announcements_of(person: User) -> QuerySet[Announcement]:
    """What they wrote as an operator goes with them; the mails are out."""
    return Announcement.objects.filter(written_by=person)


def notices() -> int:
    """That somebody was told. Nobody is told twice: what is still asked for stays, and so do today's documents."""
    before = clock.now() - NOTICES
    today = [announcements.about(document, version) for document, version in documents.current().items()]
    old = Notice.objects.filter(sent_at__lt=before, asked_at__lt=before)
    return delete(old.exclude(about__in=today))


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
