"""Mails that a person should get once.

    warn_once   for what stays so until it is mended: whoever notices it asks again, and a mail that nobody took is then
                sent, in the words of that moment
    warn_surely for what happens once and is noticed by nobody again: its words are kept, and `send_waiting` sends them
                as often as it takes

The words are those of whoever reads them: `with read_by(owner)` where they are chosen.

Both are a `Notice` that says when it may be tried again. Of two who meet, one sends: it moves that time first. `kind`:
what they can choose about it (`accounts.mail_choices`). Whoever wants it in the mail of the day has it kept until their
morning; then one mail tells all that came together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import mail_choices
from accounts.local_time import read_by
from accounts.mailer import link, post_now
from accounts.models import Notice, User
from poster import clock
from poster.work import cooldowns, mishaps, time_budget

Kind = Notice.Kind
PAUSE = cooldowns.Pause(first=dt.timedelta(minutes=5), most=dt.timedelta(hours=12), trial=dt.timedelta(minutes=5))
AT_ONCE = 50  # kept mails in a round
GONE = dt.timedelta(days=2)  # what nobody has asked to be told for so long is mended
GIVEN_UP = dt.timedelta(days=30)  # an address that takes nothing for so long takes nothing any more
UNSENT = "A mail to a person could not be made"
DUTY, NEWS = Q(kind=Kind.ALWAYS), Q(kind=Kind.NEWS)
IN_TURN = (DUTY, ~DUTY & ~NEWS, NEWS)  # a round's mails: what has no choice first, then notices, then announcements
A_DAY = dt.timedelta(days=1)
LONGEST = 200  # characters of a subject that is kept


def warn_once(owner: User, *, about: str, subject: str, words: str, kind: Notice.Kind = Kind.ALWAYS) -> bool:
    """Mail `words` to `owner`, unless they were told `about` this before. Returns whether it was sent now.

    A mail that nobody took was not told: whoever asks again sends it, after a pause that grows.
    """
    if mail_choices.wish_of(owner, kind) == User.Wish.NEVER:
        return False
    if mail_choices.waits_for_morning(owner, kind):
        _keep(owner, about, subject, words, kind)
        return False
    notice, _new = Notice.objects.get_or_create(owner=owner, about=about[:100], defaults={"kind": kind})
    _still_stands(notice)
    return _sent([notice], subject, words)


def told_at(owner: User, *, about: str) -> dt.datetime | None:
    """When they were told `about` this; None when they were not yet."""
    return Notice.objects.filter(owner=owner, about=about[:100]).values_list("sent_at", flat=True).first()


def forget(abouts: Iterable[str]) -> None:
    """Nobody will be told these again, as what they were about is gone."""
    Notice.objects.filter(about__in=list(abouts)).delete()


def forget_mended(prefix: str, *, standing: Iterable[str] = (), **whose: UUID) -> None:
    """What nobody was told yet, and needs not be told any more: all about `prefix` but what begins like a `standing`.

    `whose`: the `owner`; without, it is of everybody.
    """
    kept = tuple(standing)
    waiting = Notice.objects.filter(sent_at=None, about__startswith=prefix, **whose)
    gone = [key for key, about in waiting.values_list("pk", "about") if not about.startswith(kept)]
    if gone:
        Notice.objects.filter(pk__in=gone, sent_at=None).delete()


def waiting_of(prefix: str) -> list[UUID]:
    """Whose notices about `prefix` are not sent yet."""
    waiting = Notice.objects.filter(sent_at=None, about__startswith=prefix)
    return list(waiting.order_by().values_list("owner", flat=True).distinct())


def warn_surely(owner: User, *, about: str, subject: str, words: str, kind: Notice.Kind = Kind.ALWAYS) -> bool:
    """Order a mail that is sent with the next round, or whenever the mail server takes it. Whether it is new.

    Sends nothing itself: for requests, and for the transaction in which it happens.
    """
    kept = {"subject": in_one_line(subject)[:LONGEST], "words": words, "kind": kind}
    _notice, new = Notice.objects.get_or_create(owner=owner, about=about[:100], defaults=kept)
    return new


def send_waiting() -> int:
    """Those that were kept and are due. Returns how many mails went out. One that raises keeps no other waiting."""
    over, sent = time_budget.begun(), 0
    Notice.objects.filter(sent_at=None, words="", next_at__lt=clock.now() - GONE).delete()
    Notice.objects.filter(sent_at=None, created_at__lt=clock.now() - GIVEN_UP).delete()
    for together in _gathered(_due()):
        if over():
            break
        with mishaps.survived(UNSENT), read_by(together[0].owner):
            sent += _sent(together, *_told(together))
    return sent


def _due() -> list[Notice]:
    due = Notice.objects.filter(sent_at=None, next_at__lte=clock.now()).exclude(words="")
    due = due.select_related("owner").order_by("next_at", "created_at")
    found: list[Notice] = []
    for which in IN_TURN:
        found += due.filter(which)[: AT_ONCE - len(found)]
    return found


def _keep(owner: User, about: str, subject: str, words: str, kind: Notice.Kind) -> None:
    """For the mail of the day, in the words of the last who asked."""
    said = {"subject": in_one_line(subject)[:LONGEST], "words": words}
    kept = {**said, "kind": kind, "next_at": mail_choices.next_morning(owner)}
    notice, new = Notice.objects.get_or_create(owner=owner, about=about[:100], defaults=kept)
    if not new and (notice.subject, notice.words) != (said["subject"], words):
        Notice.objects.filter(pk=notice.pk, sent_at=None).update(**said, asked_at=clock.now())
    _still_stands(notice)


def _still_stands(notice: Notice) -> None:
    """It is not forgotten as long as somebody would tell it again. Noted once a day."""
    if notice.asked_at < clock.now() - A_DAY:
        Notice.objects.filter(pk=notice.pk).update(asked_at=clock.now())


def _gathered(due: Sequence[Notice]) -> list[list[Notice]]:
    """What goes into one mail: of the mail of the day all of one person; else each by itself. What is unwanted goes."""
    mails: dict[object, list[Notice]] = {}
    for notice in due:
        if mail_choices.wish_of(notice.owner, notice.kind) == User.Wish.NEVER:
            notice.delete()
        else:
            daily = mail_choices.waits_for_morning(notice.owner, notice.kind)
            mails.setdefault(notice.owner_id if daily else notice.pk, []).append(notice)
    return list(mails.values())


def _told(together: Sequence[Notice]) -> tuple[str, str]:
    """Subject and words of a mail that tells all of these."""
    if len(together) == 1:
        return together[0].subject, together[0].words
    number = len(together)
    subject = ngettext("%d thing needs you", "%d things need you", number) % number
    return subject, render_to_string("account/email/together.txt", {"notices": together}).strip()


def _sent(together: Sequence[Notice], subject: str, words: str) -> bool:
    """Tried now, if their time has come and nobody else tries them."""
    mine = [notice for notice in together if _claimed(notice)]
    if not mine:
        return False
    if len(mine) < len(together):
        subject, words = _told(mine)
    if not post_now(_message(mine[0].owner, subject, words, {notice.kind for notice in mine})):
        return False
    keys = [notice.pk for notice in mine]
    Notice.objects.filter(pk__in=keys).update(sent_at=clock.now(), subject="", words="")
    return True


def _claimed(notice: Notice) -> bool:
    now = clock.now()
    if notice.sent_at is not None or notice.next_at > now:
        return False
    mine = Notice.objects.filter(pk=notice.pk, sent_at=None, next_at=notice.next_at)
    return bool(mine.update(next_at=now + PAUSE.after(notice.tries + 1), tries=F("tries") + 1))


def in_one_line(subject: str) -> str:
    """A subject of several lines is none: the mail would not be made."""
    return " ".join(subject.split())


def _message(owner: User, subject: str, words: str, kinds: set[str]) -> EmailMessage:
    """With the way to end such mails, where they are no duty: for people, and for their mail program (RFC 8058)."""
    with read_by(owner):
        return _in_their_words(owner, subject, words, kinds)


def _in_their_words(owner: User, subject: str, words: str, kinds: set[str]) -> EmailMessage:
    parts = [words] if kinds == {Kind.NEWS} else [words, _("The dashboard: %s") % link("admin:index")]
    headers = {}
    if chosen := kinds - {Kind.ALWAYS}:
        end = mail_choices.ending(owner, chosen)
        headers = {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        parts.append(_("No more mails like this: %s") % end)
    return EmailMessage(in_one_line(subject), "\n\n".join(parts), to=[owner.email], headers=headers)
