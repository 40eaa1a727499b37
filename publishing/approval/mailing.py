"""Mails about posts that wait for a yes: at once, or once a day; one mail for all that came together.

Sent like other notices (`accounts.notices`): a mail that nobody took is tried again after a pause that grows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from accounts import notices
from accounts.local_time import read_by, zone_of
from accounts.models import Notice, User
from poster import clock
from poster.work.time_budget import Over
from publishing.approval import links
from publishing.models import ApprovalLink, Post
from publishing.posts.places import Place
from publishing.querysets import PostQuerySet

GATHERED = dt.timedelta(minutes=1)  # what comes together is told together
MORNING = 8  # o'clock, in their zone: then the mail of the day goes out
MOST = 10  # posts that one mail shows; of the others it says how many
Wish = User.Wish


def tell(over: Over) -> int:
    """Mail what waits, to whoever wishes it. Returns how many mails went out."""
    sent = 0
    for person in User.objects.filter(is_active=True).exclude(to_approve=Wish.NEVER):
        if over():
            break
        with read_by(person):
            _gather(person)
            sent += _mail(person)
    return sent


def due() -> bool:
    """Whether somebody is to be told at once: the cheap question of the tick."""
    return untold().filter(owner__to_approve=Wish.AT_ONCE, owner__is_active=True).exists()


def untold() -> PostQuerySet:
    """Posts of watches that wait for a person, and that nobody was told of."""
    told = ApprovalLink.objects.filter(post=OuterRef("pk"))
    waiting = Post.objects.waiting().filter(watch__isnull=False, created_at__lt=clock.now() - GATHERED)
    return waiting.exclude(Exists(told))


def _gather(person: User) -> None:
    """A link for each that is to be told of now: the row first, so that nobody is told twice."""
    posts = list(untold().filter(owner=person).order_by("created_at"))
    if posts and _is_time(person, posts[0]):
        for post in posts:
            links.make(person, post)


def _is_time(person: User, oldest: Post) -> bool:
    """At once; or the first of them was there before this morning, in their zone."""
    if person.to_approve == Wish.AT_ONCE:
        return True
    now = clock.now().astimezone(zone_of(person))
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return oldest.created_at < morning <= now


def _mail(person: User) -> bool:
    """About all links that are in no mail yet."""
    rows = ApprovalLink.objects.filter(owner=person, mailed_at=None, until__gt=clock.now())
    made = list(rows.select_related("post").order_by("created_at", "pk"))
    if not made:
        return False
    subject = ngettext("%d post waits for your approval", "%d posts wait for your approval", len(made)) % len(made)
    about = links.about(made[0].pk)
    sent = notices.warn_once(person, kind=Notice.Kind.APPROVE, about=about, subject=subject, words=_words(person, made))
    if told := notices.told_at(person, about=about):  # now; or before, where a worker ended behind the mail
        rows.filter(created_at__lte=told).update(mailed_at=told)
    return sent


def _words(person: User, made: list[ApprovalLink]) -> str:
    by_link = links.may_use(person)
    shown = [_shown(row, by_link=by_link) for row in made[:MOST]]
    return render_to_string("publishing/email/to_approve.txt", {"shown": shown, "more": len(made) - len(shown)})


def _shown(row: ApprovalLink, *, by_link: bool) -> dict[str, Any]:
    places = row.post.variants.select_related("channel")
    told = {"post": row.post, "places": ", ".join(str(Place.of(each)) for each in places)}
    return told | {"link": links.address(row) if by_link else ""}
