"""Mails that a person should get once."""

from __future__ import annotations

import datetime as dt

from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import Notice, User
from accounts.posting import link, post_now
from poster import clock, resting

PAUSE = resting.Pause(first=dt.timedelta(minutes=5), most=dt.timedelta(hours=12), trial=dt.timedelta(minutes=5))
NOT_TAKEN = "mail not taken"


def warn_once(owner: User, *, about: str, subject: str, words: str) -> bool:
    """Mail `words` to `owner`, unless they were told `about` this before. Returns whether it was sent now.

    A mail that nobody took was not told: whoever asks again sends it, after a pause that grows.
    """
    about = about[:100]
    waits = resting.waits([_key(owner, about)])
    if waits is not None and waits.until > clock.now():
        return False
    with transaction.atomic():
        notice, new = Notice.objects.get_or_create(owner=owner, about=about)
    if not new:
        return False
    message = EmailMessage(subject, f"{words}\n\nThe dashboard: {link('admin:index')}", to=[owner.email])
    if post_now(message):
        resting.let_go([_key(owner, about)])
        return True
    resting.hold(_key(owner, about), PAUSE, code=NOT_TAKEN, sentence="The mail server did not take the mail.")
    notice.delete()
    return False


def _key(owner: User, about: str) -> str:
    return f"mail:{resting.digest(str(owner.pk), about)}"
