"""Why a delivery does not go out now, or not at all: what the gate stops, and what is said of it in its row."""

from __future__ import annotations

import datetime as dt

from outbox.reasons.gate import LookThere
from poster.reasons import Actor, Because, Group, Reason, _, _n


class Discarded(Reason, code="publishing.discarded", group=Group.CONTENT, actor=Actor.YOU):
    text = _("The post was discarded.")
    fix = _("To post it all the same, write it anew.")


class TakenAway(Reason, code="publishing.taken_away", group=Group.SOURCE, actor=Actor.YOU):
    """Back again, it can go on."""

    text = _("The file was taken away before it went out.")
    fix = _("Put it back to post it.")


class BackAgain(Reason, code="publishing.back_again", group=Group.SOURCE, actor=Actor.YOU):
    text = _("Its file was taken away, and is back.")
    fix = _("Look at it, then approve.")


class WatchIsQuiet(Reason, code="publishing.watch_is_quiet", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("Its source %(watch)s has quiet hours.")
    fix = _("It goes on by itself when they are over (%(until)s).")
    watch: str
    until: dt.datetime


class EnoughOfWatch(Reason, code="publishing.enough_of_watch", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    """`most`: as its owner wants it."""

    text = _n(
        "Its source %(watch)s has had its %(most)d post of today.",
        "Its source %(watch)s has had its %(most)d posts of today.",
        "most",
    )
    fix = _("It goes on by itself tomorrow.")
    watch: str
    most: int


class SamePicture(Reason, code="publishing.same_picture", group=Group.CONTENT, actor=Actor.YOU):
    text = _(
        "The same picture went to %(channel)s in the last seven days, or is on its way there, so this one was not sent."
    )
    fix = _("Post it all the same, or forget it?")
    channel: str


class NoPublicAddress(Reason, code="publishing.no_public_address", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _("%(channel)s fetches pictures from a public address, and this install has none.")
    fix = _("The operator sets PUBLIC_URL or BUCKET_URL; then it goes on by itself.")
    channel: str


class Undone(Reason, code="publishing.undone", group=Group.TIMING, actor=Actor.YOU):
    text = _("It was taken back before it went out.")
    fix = _("Approve it again to post it.")


class StrangersThere(LookThere, code="publishing.strangers_there"):
    text = _n(
        "A backup was put back, and %(channel)s shows %(posts)d post that it does not know. This may be it.",
        "A backup was put back, and %(channel)s shows %(posts)d posts that it does not know. This may be one of them.",
        "posts",
    )
    posts: int


class CannotAsk(LookThere, code="publishing.cannot_ask"):
    """`cause`: why not."""

    text = _("A backup was put back, so this may be out already, and %(channel)s could not be asked. %(cause)s")
    cause: Because


class OtherBytes(Reason, code="publishing.other_bytes", group=Group.OURS, actor=Actor.NOBODY, again=True):
    text = _("Its picture had to be made again, and is not the same to the byte.")
    fix = _("Everything is laid down again.")
