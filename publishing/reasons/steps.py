"""What lines of the ledger tell of a delivery: what we did, what came of it, and who decided. Signed with them.

`channel`: its name as its owner saw it. `by`: who decided, by their address in this install.
"""

from __future__ import annotations

import datetime as dt

from outbox.reasons.steps import ByAPerson, OfAChannel
from poster.reasons import Fact, _


class Approved(Fact, code="publishing.approved"):
    text = _("Approved by %(by)s. It goes to %(channel)s.")
    by: str
    channel: str


class ApprovedByWatch(OfAChannel, code="publishing.approved_by_watch"):
    text = _("Approved by its source. It goes to %(channel)s.")


class ApprovedBySeries(Fact, code="publishing.approved_by_series"):
    """`by`: who said that it is repeated."""

    text = _("Approved by %(by)s with its series. It goes to %(channel)s.")
    by: str
    channel: str


class AskedAtOnce(ByAPerson, code="publishing.asked_at_once"):
    text = _("%(by)s asked to post it at once.")


class MovedTime(ByAPerson, code="publishing.moved_time"):
    """`to`: when it is to go out from then on."""

    text = _("%(by)s moved it to %(to)s.")
    to: dt.datetime


class MadeRoom(Fact, code="publishing.made_room"):
    """Another post took its slot. `to`: the one that it has from then on."""

    text = _("Another post was put first, so it went to the next slot: %(to)s.")
    to: dt.datetime


class KeptSlot(ByAPerson, code="publishing.kept_slot"):
    """What had the slot for both was moved: the feed of a channel, and not its stories."""

    text = _("%(by)s moved what went out with it. It keeps the posting time.")


class TookItBack(ByAPerson, code="publishing.took_it_back"):
    text = _("%(by)s took it back before it went out.")


class ChangedItsWords(ByAPerson, code="publishing.changed_its_words"):
    text = _("%(by)s changed its words.")


class PostedSinceCopy(OfAChannel, code="publishing.posted_since_copy"):
    text = _("It was posted after this copy was made: %(channel)s shows it.")


class NotThereSinceCopy(OfAChannel, code="publishing.not_there_since_copy"):
    text = _("An older copy was put back. %(channel)s shows nothing that we do not know, so this is not out.")
