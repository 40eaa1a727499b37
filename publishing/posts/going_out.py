"""When a post goes out in a place, or went out there, in words that stay true on a page that is not drawn again."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from poster import clock
from poster.dashboard import display
from publishing.models import Delivery, Post
from publishing.posts import queueing
from publishing.posts.places import Place

State = Delivery.State


def delivery_of(place: Place, post: Post) -> Delivery | None:
    """What goes there, or went: the latest that was not called back."""
    here = (place.channel.pk, str(place.placement))
    rows = [
        each
        for each in post.deliveries.all()
        if (each.channel_id, each.placement) == here and each.state != State.CANCELLED
    ]
    return max(rows, key=lambda each: each.created_at, default=None)


def said(place: Place, post: Post) -> str:
    """As a sentence without its end."""
    delivery = delivery_of(place, post)
    if delivery is not None:
        return _of(delivery)
    if post.state == Post.State.DISCARDED:
        return _("Discarded, so it does not go out")
    planned = _planned(place, post)
    if planned is not None and planned > clock.now():
        return _("Goes out %s") % _at(planned)
    if planned is not None:
        return _("Goes out a minute after you approve it, as its time is past")
    if post.queue:
        return _("Goes out in the queue, where no time is free")
    return _("Goes out a minute after you approve it")


def _of(delivery: Delivery) -> str:
    if delivery.state == State.PUBLISHED:
        return _("Went out %s") % display.day_and_hour(delivery.committed_at or delivery.due_at)
    due = display.day_and_hour(delivery.due_at)
    if delivery.state in State.ended():
        return _("Was to go out %s") % due
    if delivery.due_at <= clock.now():
        return _("Was due %s, and is not known to be out yet") % due
    return _("Goes out %s") % due


def foretold(place: Place, post: Post) -> str:
    """When it would go there, if it were approved now."""
    planned = _planned(place, post)
    if planned is not None and planned <= clock.now():
        return _("a minute after you approve it, as its time is past")
    if planned is not None:
        return _at(planned)
    return _("in the queue, where no time is free") if post.queue else _("a minute after you approve it")


def _at(planned: dt.datetime) -> str:
    exact, told = display.day_and_hour(planned), display.said(planned)
    return exact if told == exact else f"{exact} ({told})"


def _planned(place: Place, post: Post) -> dt.datetime | None:
    return place.due_at(post) or (queueing.foreseen(place.channel, post.queue) if post.queue else None)
