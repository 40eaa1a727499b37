"""What lines of the ledger tell of a delivery: what we did, what came of it, and who decided. Signed with them.

`channel`: its name as its owner saw it. `by`: who decided, by their address in this install.
"""

from __future__ import annotations

import datetime as dt

from poster.reasons import Because, Fact, _


class OfAChannel(Fact):
    """`channel`: its name."""

    channel: str


class ByAPerson(Fact):
    """`by`: who it was."""

    by: str


# --- what the machine did


class Approved(Fact, code="publishing.approved"):
    text = _("Approved by %(by)s. It goes to %(channel)s.")
    by: str
    channel: str


class ApprovedByWatch(OfAChannel, code="publishing.approved_by_watch"):
    text = _("Approved by its watch. It goes to %(channel)s.")


class ApprovedBySeries(Fact, code="publishing.approved_by_series"):
    """`by`: who said that it is repeated."""

    text = _("Approved by %(by)s with its series. It goes to %(channel)s.")
    by: str
    channel: str


class Uploading(OfAChannel, code="publishing.uploading"):
    text = _("Uploading the picture to %(channel)s (not visible yet).")


class TheyHaveIt(Fact, code="publishing.they_have_it"):
    text = _("They have it.")


class AskedToShow(OfAChannel, code="publishing.asked_to_show"):
    """Before the one call that cannot be taken back."""

    text = _("We ask %(channel)s to show it now.")


class TheySayItIsOut(Fact, code="publishing.they_say_it_is_out"):
    text = _("They say it is out.")


class EvidenceOfIt(Fact, code="publishing.evidence_of_it"):
    """`cause`: what the evidence is."""

    text = _("It is out: %(cause)s")
    cause: Because


class NotOutSendingAgain(Fact, code="publishing.not_out_sending_again"):
    text = _("Confirmed as not published; sending again.")


class WorkerStopped(Fact, code="publishing.worker_stopped"):
    text = _("The worker stopped while it was publishing. It may be out: we ask them.")


class LinkTold(Fact, code="publishing.link_told"):
    text = _("They told which post it is, and where people see it.")


class Mended(Fact, code="publishing.mended"):
    text = _("What blocked it is mended; it goes on.")


class ClockPutRight(Fact, code="publishing.clock_put_right"):
    text = _("The clock of this machine was put, so what it had written here was put right.")


class PreparedAnew(Fact, code="publishing.prepared_anew"):
    text = _("What we prepared is too old by now; we prepare it anew.")


# --- what a person did


class LookedThere(ByAPerson, code="publishing.looked_there"):
    text = _("%(by)s looked: it is there.")


class LookedNotThere(ByAPerson, code="publishing.looked_not_there"):
    text = _("%(by)s looked: it is not there. It goes out again.")


class LeftIt(ByAPerson, code="publishing.left_it"):
    text = _("%(by)s decided to leave it.")


class AskedToCheck(ByAPerson, code="publishing.asked_to_check"):
    text = _("%(by)s asked to check again now.")


class AskedToPost(ByAPerson, code="publishing.asked_to_post"):
    text = _("%(by)s asked to post it now.")


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


class TookItBack(ByAPerson, code="publishing.took_it_back"):
    text = _("%(by)s took it back before it went out.")


class ChangedItsWords(ByAPerson, code="publishing.changed_its_words"):
    text = _("%(by)s changed its words.")


class OwnerLeft(Fact, code="publishing.owner_left"):
    text = _("Its owner left, so it goes nowhere.")


# --- how far it is


class TheyHavePart(Fact, code="publishing.they_have_part"):
    text = _("They have %(done)d of %(total)d parts of it.")
    done: int
    total: int


class TheyHavePercent(Fact, code="publishing.they_have_percent"):
    text = _("They have %(percent)d %% of it.")
    percent: int


class Accepted(Fact, code="publishing.accepted"):
    text = _("They have accepted it, and show it as soon as they have finished with it.")


class TriedAgain(Fact, code="publishing.tried_again"):
    """`cause`: why it did not go out."""

    text = _("%(cause)s It is tried again.")
    cause: Because


class EvidenceTold(Fact, code="publishing.evidence_told"):
    """What one source says: our words about it, never theirs."""

    text = _("%(words)s")
    words: str


# --- after a copy of the database was put back


class PostedSinceCopy(OfAChannel, code="publishing.posted_since_copy"):
    text = _("It was posted after this copy was made: %(channel)s shows it.")


class NotThereSinceCopy(OfAChannel, code="publishing.not_there_since_copy"):
    text = _("An older copy was put back. %(channel)s shows nothing that we do not know, so this is not out.")
