"""Telling people by mail, once, that a document they agreed to has a new version."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.data_rights import documents
from accounts.local_time import read_by
from accounts.mailer import link
from accounts.models import Acceptance, Notice, User
from accounts.notices import warn_surely

AT_ONCE = 50  # mails in a round


def announce_changes() -> int:
    """To everybody who agreed to an older version and was not told yet. Returns how many mails were ordered."""
    return sum(_announce(document, version) for document, version in documents.current().items())


def about(document: Acceptance.Document, version: str) -> str:
    """What the notice of this version is about."""
    return f"document:{document.value}:{version}"


def _announce(document: Acceptance.Document, version: str) -> int:
    """Who never agreed to any version is asked at the door, and not surprised by a change."""
    told_of = about(document, version)
    people = User.objects.filter(is_active=True, acceptances__document=document)
    told = Notice.objects.filter(about=told_of).values("owner")
    current = Acceptance.objects.filter(document=document, version=version).values("owner")
    waiting = people.exclude(pk__in=told).exclude(pk__in=current).distinct()
    return sum(_tell(person, document, told_of) for person in waiting[:AT_ONCE])


def _tell(person: User, document: Acceptance.Document, told_of: str) -> bool:
    page = link("terms" if document == Acceptance.Document.TERMS else "privacy")
    with read_by(person):
        first = (
            _("The terms of the ai-poster install that you have an account on have a new version:")
            if document == Acceptance.Document.TERMS
            else _("The privacy policy of the ai-poster install that you have an account on has a new version:")
        )
        then = _(
            "You are asked for your agreement when you come in the next time. Until then your sources go on as you "
            "ordered them. If you do not agree, you can take your data and leave:"
        )
        subject = (
            _("The terms of ai-poster changed")
            if document == Acceptance.Document.TERMS
            else _("The privacy policy of ai-poster changed")
        )
        words = "\n\n".join([first, page, then, link("my_data")])
        return warn_surely(person, about=told_of, subject=subject, words=words)
