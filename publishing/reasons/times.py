"""Why something cannot go out at the time that somebody asked for: moves, slots, the queue, series."""

from __future__ import annotations

from poster.reasons import Actor, Group, Reason, Term, _, _n
from poster.reasons.rendering import TERMS

TERMS |= {"series.repeating": _("repeated"), "series.paused": _("paused"), "series.ended": _("ended")}


class OfATime(Reason, group=Group.TIMING, actor=Actor.YOU):
    """What was asked does not go with the time."""


# --- one moment


class NoTimeGiven(OfATime, code="publishing.no_time_given"):
    text = _("There is no date and time.")
    fix = _("Choose both.")


class NoTime(OfATime, code="publishing.no_time"):
    """`typed`: what was sent."""

    text = _("“%(typed)s” is no date and time.")
    fix = _("Choose one from the calendar of the field.")
    typed: str


class TooFarAway(OfATime, code="publishing.too_far_away"):
    text = _("That is more than a year away.")
    fix = _("Choose an earlier time.")


class TimeIsOver(OfATime, code="publishing.time_is_over"):
    text = _("That time is over already.")
    fix = _("Choose a later one.")


class TimeChanged(OfATime, code="publishing.time_changed"):
    text = _("Its time was changed meanwhile, or it is on its way already.")
    fix = _("Load the page again.")


class TooLateToMove(OfATime, code="publishing.too_late_to_move"):
    text = _("Nothing of it can be moved any more: it is out, or on its way.")
    fix = _("Load the page again.")


# --- slots and the queue


class NoWeekday(OfATime, code="publishing.no_weekday"):
    text = _("No day of the week is chosen.")
    fix = _("Choose at least one.")


class ZoneUnknown(OfATime, code="publishing.zone_unknown"):
    text = _("There is no time zone “%(zone)s”.")
    fix = _("Choose one from the list.")
    zone: str


class TooManySlots(OfATime, code="publishing.too_many_slots"):
    text = _n(
        "A channel has at most %(most)d posting time a week.",
        "A channel has at most %(most)d posting times a week.",
        "most",
    )
    fix = _("Take some out first.")
    most: int


class NoSlots(OfATime, code="publishing.no_slots"):
    text = _("%(channel)s has no posting times.")
    fix = _("Add some at Posting times, or choose a time.")
    channel: str


class SlotsFull(OfATime, code="publishing.slots_full"):
    text = _("All posting times of %(channel)s are taken for a year.")
    fix = _("Add some at Posting times, or choose a time.")
    channel: str


# --- series


class NoFirstTime(OfATime, code="publishing.no_first_time"):
    text = _("The day and the time of the first repetition are missing.")
    fix = _("Choose both.")


class RepeatedTooSeldom(OfATime, code="publishing.repeated_too_seldom"):
    text = _("It is repeated every 1 to %(most)d weeks.")
    fix = _("Choose another number.")
    most: int


class FirstTimeOver(OfATime, code="publishing.first_time_over"):
    text = _("Its first time is over already, or after its end.")
    fix = _("Choose a later day.")


class NotRepeatable(OfATime, code="publishing.not_repeatable", group=Group.CONTENT):
    text = _("It cannot be repeated: it has no words yet, was discarded, or is a repetition itself.")
    fix = _("Write a post, then repeat that.")


class SeriesIsOther(OfATime, code="publishing.series_is_other"):
    text = _("It is %(state)s by now.")
    fix = _("Load the page again.")
    state: Term


class PatternChanged(OfATime, code="publishing.pattern_changed", group=Group.CONTENT):
    text = _("The post was changed since you said that it is repeated.")
    fix = _("Look at it, then let it go on.")


class NobodyRepeats(OfATime, code="publishing.nobody_repeats", group=Group.ACCOUNT):
    text = _("Whoever let it be repeated has left.")
    fix = _("Look at it, then let it go on.")
