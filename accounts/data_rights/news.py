"""Announcements: what the operator tells those who ticked that they want to be told. Nobody else gets one.

Written once, and sent once to whoever has ticked it at that moment. Each is a mail of its own, never part of a notice,
and ends them by a link without signing in (`accounts.mail_choices`). Somebody who ends them before theirs is out gets
none.
"""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.local_time import read_by
from accounts.models import Announcement, Notice, User
from accounts.reasons.events import AnnouncementOut, EndedAnnouncements, WantsAnnouncements
from accounts.reasons.people import AnnouncementSent
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, NotPossible, require_operator

AT_ONCE = 500  # notices that one statement makes
WHY = _("You get this because you ticked announcements at Settings.")


def send(announcement: Announcement, *, by: Caller) -> int:
    """Order the mails, once; the rounds send them. How many. Raises NotPossible when it was sent before."""
    require_operator(by)
    with transaction.atomic():
        if not Announcement.objects.filter(pk=announcement.pk, sent_at=None).update(sent_at=clock.now()):
            raise NotPossible(AnnouncementSent())
        announcement.refresh_from_db()
        people = list(User.objects.filter(is_active=True, announcements=True))
        Notice.objects.bulk_create((_notice(announcement, person) for person in people), batch_size=AT_ONCE)
        record(Kind.OPERATION, AnnouncementOut(people=len(people)), person=by.person_id)
    return len(people)


def note(person: User, *, request: HttpRequest | None = None) -> None:
    """Write down that they gave this permission, or took it back."""
    fact = WantsAnnouncements() if person.announcements else EndedAnnouncements()
    record(Kind.ACCOUNT, fact, person=person.pk, request=request)


def _notice(announcement: Announcement, person: User) -> Notice:
    return Notice(
        owner=person,
        about=f"news:{announcement.pk}",
        kind=Notice.Kind.NEWS,
        subject=" ".join(announcement.subject.split()),  # a mail has one line of it
        words=f"{announcement.words}\n\n{_why(person)}",
    )


def _why(person: User) -> str:
    with read_by(person):
        return str(WHY)
