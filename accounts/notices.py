"""Mails that a person should get once.

    warn_once   for what stays so until it is mended: whoever notices it asks again, and a mail that nobody took is then
                sent, in the words of that moment
    warn_surely for what happens once and is noticed by nobody again: its words are kept, and `send_waiting` sends them
                as often as it takes

Both are a `Notice` that says when it may be tried again. Of two who meet, one sends: it moves that time first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.mail import EmailMessage
from django.db.models import F

from accounts.mailer import link, post_now
from accounts.models import Notice, User
from poster import clock
from poster.work import cooldowns, time_budget

PAUSE = cooldowns.Pause(first=dt.timedelta(minutes=5), most=dt.timedelta(hours=12), trial=dt.timedelta(minutes=5))
AT_ONCE = 50  # kept mails in a round
GONE = dt.timedelta(days=2)  # what nobody has asked to be told for so long is mended
GIVEN_UP = dt.timedelta(days=30)  # an address that takes nothing for so long takes nothing any more


def warn_once(owner: User, *, about: str, subject: str, words: str) -> bool:
    """Mail `words` to `owner`, unless they were told `about` this before. Returns whether it was sent now.

    A mail that nobody took was not told: whoever asks again sends it, after a pause that grows.
    """
    notice, _ = Notice.objects.get_or_create(owner=owner, about=about[:100])
    return _sent(notice, subject, words)


def told_at(owner: User, *, about: str) -> dt.datetime | None:
    """When they were told `about` this; None when they were not yet."""
    return Notice.objects.filter(owner=owner, about=about[:100]).values_list("sent_at", flat=True).first()


def forget(abouts: Iterable[str]) -> None:
    """Nobody will be told these again, as what they were about is gone."""
    Notice.objects.filter(about__in=list(abouts)).delete()


def warn_surely(owner: User, *, about: str, subject: str, words: str) -> bool:
    """Order a mail that is sent with the next round, or whenever the mail server takes it. Whether it is new.

    Sends nothing itself: for requests, and for the transaction in which it happens.
    """
    kept = {"subject": subject, "words": words}
    _, new = Notice.objects.get_or_create(owner=owner, about=about[:100], defaults=kept)
    return new


def send_waiting() -> int:
    """Those that were kept and are due. Returns how many went out."""
    over, sent = time_budget.begun(), 0
    Notice.objects.filter(sent_at=None, words="", next_at__lt=clock.now() - GONE).delete()
    Notice.objects.filter(sent_at=None, created_at__lt=clock.now() - GIVEN_UP).delete()
    due = Notice.objects.filter(sent_at=None, next_at__lte=clock.now()).exclude(words="")
    for notice in due.select_related("owner").order_by("next_at")[:AT_ONCE]:
        if over():
            break
        sent += _sent(notice, notice.subject, notice.words)
    return sent


def _sent(notice: Notice, subject: str, words: str) -> bool:
    """Tried now, if its time has come and nobody else tries it."""
    now = clock.now()
    if notice.sent_at is not None or notice.next_at > now:
        return False
    mine = Notice.objects.filter(pk=notice.pk, sent_at=None, next_at=notice.next_at)
    if not mine.update(next_at=now + PAUSE.after(notice.tries + 1), tries=F("tries") + 1):
        return False
    body = f"{words}\n\nThe dashboard: {link('admin:index')}"
    if not post_now(EmailMessage(subject, body, to=[notice.owner.email])):
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=clock.now(), subject="", words="")
    return True
