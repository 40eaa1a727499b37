"""What services outside say or do, in generic reasons: clients map a vendor's codes to these.

`service`: its name. The vendor's own code and words go along as a quotation; nothing is decided by them. An adapter may
have a reason of its own where it knows better what is to be done.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from poster.reasons import rendering
from poster.reasons.base import Actor, Group, Reason, _
from poster.reasons.values import Quoted

QUOTED = _("They said: %(said)s")
ONLY_CODE = _("(Code %(vendor_code)s.)")
CODED = _("They said: %(said)s (code %(vendor_code)s)")


class Outside(Reason, group=Group.OUTSIDE, actor=Actor.YOU):
    """What all of them have in common."""

    service: str
    shows_code: ClassVar[bool] = False  # also where they said nothing
    vendor_code: str = ""
    said: Quoted = Quoted("")

    def what(self) -> str:
        """With what they said, as a quotation."""
        told = super().what()
        if not self.said:
            code = self.vendor_code if self.shows_code else ""
            return f"{told} {rendering.sentence(ONLY_CODE, self.given())}" if code else told
        quoted = rendering.sentence(CODED if self.vendor_code else QUOTED, self.given())
        return f"{told} {quoted}"


class Passing(Outside, again=True, actor=Actor.NOBODY):
    """It did not happen, and we try again by ourselves."""

    fix = _("We try again by ourselves.")


# --- the connection


class Unreachable(Passing, code="outside.unreachable"):
    """No connection: nothing has left."""

    text = _("%(service)s could not be reached.")


class UnknownName(Passing, code="outside.unknown_name"):
    """The name server does not know it."""

    text = _("%(service)s is not known to the name server.")


class Incomplete(Passing, code="outside.incomplete"):
    """The answer to something harmless did not come in full."""

    text = _("%(service)s did not answer in full.")
    fix = _("We ask again by ourselves.")


class Unreadable(Passing, code="outside.unreadable"):
    """An answer that is none of theirs."""

    text = _("%(service)s gave an answer that we cannot read.")
    fix = _("We ask again by ourselves.")


class NoAnswer(Outside, code="outside.no_answer", group=Group.DOUBT, actor=Actor.NOBODY, again=True):
    """Asked for what cannot be taken back, and no complete answer came."""

    text = _("%(service)s was asked and gave no complete answer.")
    fix = _("It may have happened; we look before we try anything again.")


class UnclearAnswer(Outside, code="outside.unclear_answer", group=Group.DOUBT, actor=Actor.NOBODY, again=True):
    """They answered what cannot be taken back, and not with a code that proves that it had no effect."""

    shows_code = True
    text = _("%(service)s gave no clear answer.")
    fix = _("It may be published; we look before anything is tried again.")


# --- their trouble, and how often we may ask


class Trouble(Passing, code="outside.trouble"):
    """They say that it is their fault."""

    text = _("%(service)s has trouble of its own at the moment.")


class NotReady(Passing, code="outside.not_ready"):
    """They work on what we laid down."""

    text = _("%(service)s is still working on it.")
    fix = _("We publish the same one a little later, and look again by ourselves.")


class CannotFetch(Passing, code="outside.cannot_fetch", actor=Actor.OPERATOR):
    """They could not get what we have for them at our public address."""

    text = _("%(service)s could not fetch it from our public address.")
    fix = _(
        "We try again; if it stays so, the operator has to make that address reachable from the internet, for the "
        "robots of %(service)s too."
    )


class Limited(Passing, group=Group.QUOTA):
    """An allowance is used up."""

    fix = _("We wait as long as it asks, then try again by ourselves.")


class TooOften(Limited, code="outside.too_often"):
    """A rate limit."""

    text = _("%(service)s says that there were too many calls.")


class Resting(Limited, code="outside.resting"):
    """They said for how long, and that is not over: it was not asked."""

    text = _("%(service)s asked us to wait, so it is not asked before %(until)s.")
    fix = _("We go on by ourselves then, and ask again.")
    until: dt.datetime


class QuotaUsedUp(Limited, code="outside.quota_used_up"):
    """For hours, of the operator's app there."""

    text = _("The quota of this install at %(service)s is used up for now.")
    fix = _("We try again in some hours.")


class FileQuotaUsedUp(Limited, code="outside.file_quota_used_up"):
    """For hours, of one file."""

    text = _("The quota of this file at %(service)s is used up for now.")
    fix = _("We try again in some hours.")


class FullDay(Limited, code="outside.full_day"):
    """No more posts today."""

    text = _("%(service)s takes no more posts from this account today.")
    fix = _("We wait until there is room, then try again.")


class TooFast(Limited, code="outside.too_fast"):
    """Posts follow each other too closely."""

    text = _("%(service)s says that this account posts too fast.")
    fix = _("We wait, then try again.")
