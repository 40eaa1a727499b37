"""What outside wants no calls of ours for a while."""

from __future__ import annotations

import datetime as dt

from poster.reasons.base import Actor, Because, Group, Reason, _
from poster.reasons.rendering import TERMS
from poster.reasons.values import Term

TERMS |= {"one.post": _("post"), "one.picture": _("picture")}


class AskedToWait(Reason, code="poster.asked_to_wait", group=Group.QUOTA, actor=Actor.NOBODY, again=True):
    """They said for how long."""

    text = _("They asked us to wait until %(until)s.")
    fix = _("We go on by ourselves then, and ask again.")
    until: dt.datetime


class NotSaid(Reason, code="poster.not_said", group=Group.OUTSIDE, actor=Actor.NOBODY, again=True):
    """They refuse everything, and nobody kept why."""

    text = _("They refuse everything of this account for now.")
    fix = _("It is tried again by itself.")


class Held(Reason, group=Group.ACCOUNT, actor=Actor.YOU, again=True):
    """`said`: what they said; `one`: what makes the one try."""

    text = _("%(said)s")
    said: Because
    one: Term


class HeldNextTried(Held, code="poster.held_next_tried"):
    fix = _("The next %(one)s is tried; if that goes well, the others follow by themselves.")


class HeldBeingTried(Held, code="poster.held_being_tried"):
    fix = _("One %(one)s is being tried now; if that goes well, the others follow by themselves.")


class HeldUntil(Held, code="poster.held_until"):
    fix = _("One %(one)s is tried again at %(until)s; the others wait for it.")
    until: dt.datetime
