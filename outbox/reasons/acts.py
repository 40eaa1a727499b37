"""Why a person cannot do what they asked for with what goes out."""

from __future__ import annotations

from outbox.states import OutgoingState
from poster.reasons import Actor, Group, Reason, Term, _, _n
from poster.reasons.rendering import TERMS

TERMS |= {
    "delivery.queued": _("queued"),
    "delivery.prepared": _("prepared"),
    "delivery.publishing": _("publishing"),
    "delivery.accepted": _("accepted"),
    "delivery.checking": _("checking"),
    "delivery.needs_you": _("waiting for you"),
    "delivery.blocked": _("blocked until its account is reconnected"),
    "delivery.published": _("published"),
    "delivery.failed": _("failed"),
    "delivery.cancelled": _("cancelled"),
    "delivery.missed": _("missed"),
}


def state_term(state: str) -> Term:
    """What a state is called in a sentence."""
    return Term(f"delivery.{OutgoingState(state).value}")


class OfWhatGoesOut(Reason, group=Group.TIMING, actor=Actor.YOU):
    """What somebody asked of it does not fit."""


class StateIsOther(OfWhatGoesOut, code="outbox.state_is_other"):
    text = _("It is %(state)s by now.")
    fix = _("Load the page again.")
    state: Term


class NothingSent(OfWhatGoesOut, code="outbox.nothing_sent"):
    text = _("Nothing of it was sent yet, so it is not there.")
    fix = _("Post it, or forget it.")


class NothingUploaded(OfWhatGoesOut, code="outbox.nothing_uploaded"):
    text = _("Nothing has been uploaded yet, so there is nothing to check.")
    fix = _("Wait until it is its turn, or forget it.")


class LookYourself(OfWhatGoesOut, code="outbox.look_yourself", group=Group.DOUBT):
    text = _("A backup was put back, so what we laid down may not be what was posted.")
    fix = _("Look there, and say what you see.")


class MayStillCome(OfWhatGoesOut, code="outbox.may_still_come", group=Group.DOUBT, again=True):
    text = _("%(channel)s may still publish it by itself.")
    fix = _n(
        "Look at the page again in %(minutes)d minute, or wait: we go on asking.",
        "Look at the page again in %(minutes)d minutes, or wait: we go on asking.",
        "minutes",
    )
    channel: str
    minutes: int


class WorkerOnIt(OfWhatGoesOut, code="outbox.worker_on_it"):
    text = _("A worker is on it right now.")
    fix = _("Try again in a moment.")
