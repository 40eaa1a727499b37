"""What lines of the ledger tell of a delivery: what we did, what came of it, and who decided. Signed with them.

`channel`: its name as its owner saw it. `by`: who decided, by their address in this install.
"""

from __future__ import annotations

from poster.reasons import Because, Fact, _


class OfAChannel(Fact):
    """`channel`: its name."""

    channel: str


class ByAPerson(Fact):
    """`by`: who it was."""

    by: str


# --- what the machine did


class Uploading(OfAChannel, code="outbox.uploading"):
    text = _("Uploading the picture to %(channel)s (not visible yet).")


class TheyHaveIt(Fact, code="outbox.they_have_it"):
    text = _("They have it.")


class AskedToShow(OfAChannel, code="outbox.asked_to_show"):
    """Before the one call that cannot be taken back."""

    text = _("We ask %(channel)s to show it now.")


class TheySayItIsOut(Fact, code="outbox.they_say_it_is_out"):
    text = _("They say it is out.")


class EvidenceOfIt(Fact, code="outbox.evidence_of_it"):
    """`cause`: what the evidence is."""

    text = _("It is out: %(cause)s")
    cause: Because


class NotOutSendingAgain(Fact, code="outbox.not_out_sending_again"):
    text = _("Confirmed as not published; sending again.")


class WorkerStopped(Fact, code="outbox.worker_stopped"):
    text = _("The worker stopped while it was publishing. It may be out: we ask them.")


class LinkTold(Fact, code="outbox.link_told"):
    text = _("They told which post it is, and where people see it.")


class Mended(Fact, code="outbox.mended"):
    text = _("What blocked it is mended; it goes on.")


class ClockPutRight(Fact, code="outbox.clock_put_right"):
    text = _("The clock of this machine was put, so what it had written here was put right.")


# --- what a person did


class LookedThere(ByAPerson, code="outbox.looked_there"):
    text = _("%(by)s looked: it is there.")


class LookedNotThere(ByAPerson, code="outbox.looked_not_there"):
    text = _("%(by)s looked: it is not there. It goes out again.")


class LeftIt(ByAPerson, code="outbox.left_it"):
    text = _("%(by)s decided to leave it.")


class AskedToCheck(ByAPerson, code="outbox.asked_to_check"):
    text = _("%(by)s asked to check again now.")


class AskedToPost(ByAPerson, code="outbox.asked_to_post"):
    text = _("%(by)s asked to post it now.")


class OwnerLeft(Fact, code="outbox.owner_left"):
    text = _("Its owner left, so it goes nowhere.")


# --- how far it is


class TheyHavePart(Fact, code="outbox.they_have_part"):
    text = _("They have %(done)d of %(total)d parts of it.")
    done: int
    total: int


class TheyHavePercent(Fact, code="outbox.they_have_percent"):
    text = _("They have %(percent)d %% of it.")
    percent: int


class Accepted(Fact, code="outbox.accepted"):
    text = _("They have accepted it, and show it as soon as they have finished with it.")


class TriedAgain(Fact, code="outbox.tried_again"):
    """`cause`: why it did not go out."""

    text = _("%(cause)s It is tried again.")
    cause: Because
