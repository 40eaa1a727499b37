"""Mails about posts that wait for a yes: at once, or once a day; one mail for all that came together."""

from __future__ import annotations

import datetime as dt

from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.local_time import zone_of
from accounts.mailer import link, post_now
from accounts.models import User
from poster import clock
from poster.work.time_budget import Over
from publishing.approval import links
from publishing.models import ApprovalLink, Post
from publishing.posts.places import Place
from publishing.querysets import PostQuerySet

GATHERED = dt.timedelta(minutes=1)  # what comes together is told together
MORNING = 8  # o'clock, in their zone: then the mail of the day goes out
MOST = 10  # posts that one mail shows; of the others it says how many
AGAIN = dt.timedelta(minutes=10)  # after a mail that nobody took
Wish = User.Wish


def tell(over: Over) -> int:
    """Mail what waits, to whoever wishes it. Returns how many mails went out."""
    sent = 0
    for person in User.objects.filter(is_active=True).exclude(to_approve=Wish.NEVER):
        if over():
            break
        posts = list(untold().filter(owner=person).order_by("created_at"))
        if posts and _is_time(person, posts[0]):
            sent += _mail(person, posts)
    return sent


def untold() -> PostQuerySet:
    """Posts of watches that wait for a person, and that nobody was told of."""
    told = ApprovalLink.objects.filter(post=OuterRef("pk"))
    waiting = Post.objects.waiting().filter(watch__isnull=False, created_at__lt=clock.now() - GATHERED)
    return waiting.exclude(Exists(told))


def due() -> bool:
    """Whether somebody is to be told at once: the cheap question of the tick."""
    return untold().filter(owner__to_approve=Wish.AT_ONCE, owner__is_active=True).exists()


def _is_time(person: User, oldest: Post) -> bool:
    """At once; or the first of them was there before this morning, in their zone."""
    if person.to_approve == Wish.AT_ONCE:
        return True
    now = clock.now().astimezone(zone_of(person))
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return oldest.created_at < morning <= now


def _mail(person: User, posts: list[Post]) -> bool:
    """The rows first: should we end here, nobody is told twice; a mail that nobody took is told anew."""
    made = [row for post in posts if (row := links.make(person, post))]
    if not made or post_now(_message(person, made)):
        ApprovalLink.objects.filter(pk__in=[row.pk for row in made]).update(mailed_at=clock.now())
        return bool(made)
    ApprovalLink.objects.filter(pk__in=[row.pk for row in made]).delete()
    return False


def _message(person: User, made: list[ApprovalLink]) -> EmailMessage:
    by_link = links.may_use(person)
    with timezone.override(zone_of(person)):
        shown = [
            {"post": row.post, "places": _places(row.post), "link": links.address(row) if by_link else ""}
            for row in made[:MOST]
        ]
        facts = {"shown": shown, "more": len(made) - len(shown), "page": link("admin:publishing_post_changelist")}
        body = render_to_string("publishing/email/to_approve.txt", facts)
    number = len(made)
    subject = ngettext("%d post waits for your approval", "%d posts wait for your approval", number) % number
    return EmailMessage(subject, body, to=[person.email])


def _places(post: Post) -> str:
    rows = post.variants.select_related("channel")
    return ", ".join(str(Place.of(row)) for row in rows)
