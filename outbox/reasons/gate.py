"""Why a delivery does not go out now, or not at all: what the gate stops, and what is said of it in its row."""

from __future__ import annotations

import datetime as dt

from poster.reasons import Actor, Because, Group, Reason, _, _n

# --- the whole install


class PublishingPaused(Reason, code="outbox.paused", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _("All publishing is paused by the operator.")
    fix = _("It goes on by itself when the operator lets it.")


class BackupPutBack(Reason, code="outbox.backup_put_back", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _("A backup was put back.")
    fix = _("Nothing is published until the operator says that it goes on; then it goes on by itself.")


class MayBeOut(Reason, code="outbox.may_be_out", group=Group.DOUBT, actor=Actor.NOBODY, again=True):
    text = _("A backup was put back, and this may be out already.")
    fix = _("It is found out first; then it goes on by itself.")


class Unguarded(Reason, code="outbox.unguarded", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _("Nothing is published: the database does not refuse what it should (its triggers are missing or changed).")
    fix = _("The operator runs `manage.py doctor`, which says what to do; then it goes on by itself.")


class ClockLeapt(Reason, code="outbox.clock_leapt", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("It is late all at once, as the clock was put forward.")
    fix = _("We wait a little in case that was a mistake, and look again.")


class NoRoomForAnswers(Reason, code="outbox.no_room_for_answers", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _(
        "Nothing is published: what they answer could not be written down, as the disk of this install is full or "
        "cannot be written to."
    )
    fix = _("The operator makes room; it is tried again each minute.")


# --- the post


class StillUndoable(Reason, code="outbox.still_undoable", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("It was approved just now, and can still be undone.")
    fix = _("It goes on by itself within a minute.")


class OwnerLeaves(Reason, code="outbox.owner_leaves", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("Its owner left.")
    fix = _("Nothing is left to do.")


class NotYet(Reason, code="outbox.not_yet", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("It is planned for %(when)s.")
    fix = _("It goes on by itself then.")
    when: dt.datetime


class TooLate(Reason, code="outbox.too_late", group=Group.TIMING, actor=Actor.YOU):
    text = _n(
        "Not posted: it is %(hours)d hour late, and it was not to go out as late as that.",
        "Not posted: it is %(hours)d hours late, and it was not to go out as late as that.",
        "hours",
    )
    fix = _("You can still post it now.")
    hours: int


# --- the channel


class ChannelGone(Reason, code="outbox.channel_gone", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("%(channel)s was disconnected.")
    fix = _("Connect it again to post there.")
    channel: str


class ChannelOfAnother(Reason, code="outbox.channel_of_another", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This channel belongs to somebody else.")
    fix = _("Choose one of yours.")


class ChannelOff(Reason, code="outbox.channel_off", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("%(channel)s is switched off.")
    fix = _("Switch it on and it goes on.")
    channel: str


class PracticeOver(Reason, code="outbox.practice_over", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This is a practice account, and practice is over.")
    fix = _("Nothing goes out here; connect a real account.")


class NotWhilePractising(Reason, code="outbox.not_while_practising", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("Real accounts are not touched while we practise.")
    fix = _("End practice to post there.")


class AskedUsToWait(Reason, code="outbox.asked_us_to_wait", group=Group.QUOTA, actor=Actor.NOBODY, again=True):
    text = _("%(channel)s asked us to wait.")
    fix = _("We go on by ourselves then, and ask again.")
    channel: str


class FullToday(Reason, code="outbox.full_today", group=Group.QUOTA, actor=Actor.NOBODY, again=True):
    text = _("%(channel)s takes no more posts today.")
    fix = _("We ask again every hour.")
    channel: str


class Pausing(Reason, code="outbox.pausing", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("%(channel)s has its pause between two posts.")
    fix = _("It goes on by itself after it.")
    channel: str


class QuietHours(Reason, code="outbox.quiet_hours", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("%(channel)s has quiet hours.")
    fix = _("It goes on by itself when they are over (%(until)s).")
    channel: str
    until: dt.datetime


class EnoughToday(Reason, code="outbox.enough_today", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    """`most`: as its owner wants it."""

    text = _n(
        "%(channel)s has had its %(most)d post of today.", "%(channel)s has had its %(most)d posts of today.", "most"
    )
    fix = _("It goes on by itself tomorrow.")
    channel: str
    most: int


# --- what came of trying


class LoginRenewed(Reason, code="outbox.login_renewed", group=Group.ACCOUNT, actor=Actor.NOBODY, again=True):
    text = _("The login was renewed meanwhile.")
    fix = _("It is tried again.")


class TooOftenWrong(Reason, code="outbox.too_often_wrong", group=Group.OUTSIDE, actor=Actor.YOU):
    """`cause`: what went wrong the last time."""

    text = _("%(cause)s")
    fix = _("That went wrong %(times)d times, so we stop. You can post it again.")
    cause: Because
    times: int


class StoppedOurWorker(Reason, code="outbox.stopped_our_worker", group=Group.OURS, actor=Actor.YOU):
    text = _("Working on it stopped our worker three times. It certainly did not go out.")
    fix = _("You can post it again, with another picture if that may be why.")


# --- is it out? A person looks


class LookThere(Reason, group=Group.DOUBT, actor=Actor.YOU):
    fix = _("Please look at %(channel)s: is it there?")
    channel: str


class NotFoundOut(LookThere, code="outbox.not_found_out"):
    text = _("We could not find out within a day whether it is out.")


class MayNotAsk(LookThere, code="outbox.may_not_ask"):
    text = _(
        "We could not find out within %(days)d days whether it is out, as they still want not to be asked "
        "(until %(until)s)."
    )
    days: int
    until: dt.datetime


class NeedsYourWord(LookThere, code="outbox.needs_your_word"):
    text = _("It is not there, and this channel needs your confirmation before anything is re-sent.")


class AskingStopsUs(LookThere, code="outbox.asking_stops_us"):
    text = _("Asking about it stopped our worker three times.")


class NeverThere(LookThere, code="outbox.never_there"):
    text = _("%(times)d tries were not answered, and each time it was not there afterwards.")
    times: int


class AcceptedLongAgo(LookThere, code="outbox.accepted_long_ago"):
    text = _("They accepted it long ago, and do not say what became of it.")


class TriedInVain(Reason, code="outbox.tried_in_vain", group=Group.OUTSIDE, actor=Actor.YOU):
    """`cause`: what they say became of it."""

    text = _("%(cause)s")
    fix = _("You can post it again.")
    cause: Because


class ChannelBusy(Reason, code="outbox.channel_busy", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("%(channel)s is busy with another post.")
    fix = _("It goes on by itself in a moment.")
    channel: str


# --- laying it down again


class TooOldByNow(Reason, code="outbox.too_old_by_now", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("What we prepared is too old by now.")
    fix = _("We prepare it again.")


class AnotherWorker(Reason, code="outbox.another_worker", group=Group.OURS, actor=Actor.NOBODY, again=True):
    text = _("Another worker has this post now.")
    fix = _("It goes on with it by itself.")
