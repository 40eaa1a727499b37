"""A mail about a sign-in from a browser in which this person was not before: in this one, with this password.

It is recognised by the cookie of `known_browsers`. Nothing about a device is kept here.
"""

from __future__ import annotations

import datetime as dt

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.known_browsers import known_as
from poster import clock
from poster.ledger.security_log import Kind
from poster.models import Event


def tell_of_a_new_one(request: HttpRequest, person: User) -> None:
    """Mail it, unless they were here before or come in for the first time. Ask before the sign-in is written down."""
    if not known_as(request, person) and not _is_the_first(person):
        get_adapter().send_notification_mail("account/email/new_browser", person)


def _is_the_first(person: User) -> bool:
    """An account that has just been made. Of an old one the log may have forgotten who came in."""
    young = person.created_at > clock.now() - dt.timedelta(days=settings.SECURITY_LOG_DAYS)
    return young and not Event.objects.filter(person=person.pk, kind=Kind.SIGN_IN).exists()
