"""The mail of Monday: what went out in the week before, what failed, what waits. Nothing to tell, no mail."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import notices
from accounts.local_time import read_by, zone_of
from accounts.mail_choices import MORNING
from accounts.models import Notice, User
from poster import clock
from poster.work import mishaps
from poster.work.time_budget import Over
from publishing.models import Delivery, Post

WEEK = dt.timedelta(days=7)
LATE = dt.timedelta(days=2)  # whoever ticks it later in the week waits for the next one
AN_HOUR = 3600
UNTOLD = "The week could not be told to a person"
State = Delivery.State


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one person's week. `out`: (channel, how many)."""

    out: list[tuple[str, int]]
    failed: int
    doubtful: int
    drafts: int
    coming: int

    @property
    def total(self) -> int:
        """How many posts went out."""
        return sum(number for _channel, number in self.out)

    @property
    def is_news(self) -> bool:
        """What is planned as always is none by itself."""
        return bool(self.out or self.failed or self.doubtful or self.drafts)


def tell(over: Over) -> int:
    """Mail whoever wishes it, on Monday morning in their zone. Returns how many mails went out."""
    sent = 0
    for person in User.objects.filter(is_active=True, weekly_summary=True):
        if over():
            break
        with mishaps.survived(UNTOLD):
            sent += _tell(person)
    return sent


def monday_of(person: User) -> dt.datetime:
    """The morning of the last Monday, in their zone."""
    now = clock.now().astimezone(zone_of(person))
    monday = now.replace(hour=MORNING, minute=0, second=0, microsecond=0) - dt.timedelta(days=now.weekday())
    return monday if monday <= now else monday - WEEK


def figures(person: User, monday: dt.datetime) -> Figures:
    """Of the week before this Monday; and what waits now."""
    end = monday.replace(hour=0)
    mine, begin = Delivery.objects.filter(owner=person), end - WEEK
    out = mine.filter(state=State.PUBLISHED, published_at__gte=begin, published_at__lt=end)
    counted = Counter(dict(out.order_by().values_list("channel_name").annotate(Count("pk"))))
    wrong = mine.filter(state__in=State.revivable(), due_at__gte=begin, due_at__lt=end)
    ahead = mine.filter(state__in=State.due(), due_at__gt=monday, due_at__lt=monday + WEEK)
    return Figures(
        out=counted.most_common(),
        failed=wrong.count(),
        doubtful=mine.filter(state=State.NEEDS_YOU).count(),
        drafts=Post.objects.waiting().filter(owner=person).count(),
        coming=ahead.count(),
    )


def _tell(person: User) -> bool:
    monday = monday_of(person)
    about = f"week:{monday:%Y%m%d}"
    if clock.now() > monday + LATE or notices.told_at(person, about=about):
        return False
    if not cache.add(f"week:{person.pk}:{monday:%Y%m%d}:{clock.now():%d%H}", 1, AN_HOUR):
        return False
    found = figures(person, monday)
    if not found.is_news:
        return False
    with read_by(person):
        subject = _("Your week: %(number)d out, %(failed)d failed") % {"number": found.total, "failed": found.failed}
        facts = {"figures": found, "begin": monday - WEEK, "end": monday - dt.timedelta(days=1)}
        words = render_to_string("publishing/email/weekly.txt", facts).strip()
    return notices.warn_once(person, kind=Notice.Kind.WEEK, about=about, subject=subject, words=words)
