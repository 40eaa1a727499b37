"""Why a post has no words yet, or waits for a person although its watch posts by itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from poster.reasons import Actor, Because, Fact, Group, Reason, _


class LookFirst(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """A person looks, and approves."""

    fix = _("Look at it before it goes out.")


# --- because of its channels


class NoChannelOfWatch(LookFirst, code="publishing.no_channel_of_watch", group=Group.ACCOUNT):
    text = _("Its source has no channel to post to.")
    fix = _("Choose one, then approve.")


class ChannelsOfWatchOff(LookFirst, code="publishing.channels_of_watch_off", group=Group.ACCOUNT):
    text = _("The channels of its source are switched off.")
    fix = _("Switch one on, then approve.")


class CaptionTooLong(LookFirst, code="publishing.caption_too_long"):
    text = _("The caption is too long for %(channel)s.")
    fix = _("Shorten it, then approve.")
    channel: str


# --- because of its picture


class LooksLikePosted(LookFirst, code="publishing.looks_like_posted"):
    text = _("It looks like a picture that went to %(channel)s lately.")
    fix = _("Approve it to post it all the same.")
    channel: str


class SameOnItsWay(LookFirst, code="publishing.same_on_its_way"):
    text = _("The same picture is on its way to %(channel)s already.")
    fix = _("Approve it to post it all the same.")
    channel: str


class SameWaits(LookFirst, code="publishing.same_waits"):
    text = _("Another post that waits for you shows the same picture.")
    fix = _("Approve it to post it all the same.")


class MuchIsBlack(LookFirst, code="publishing.much_is_black"):
    text = _("Much of this picture is pure black, and its kind of file cannot tell whether something is missing.")


class WasHdr(LookFirst, code="publishing.was_hdr"):
    text = _("This is an HDR picture: we brought down what is brighter than a screen shows.")
    fix = _("Look at its colours before it goes out.")


class CoarseShades(LookFirst, code="publishing.coarse_shades"):
    text = _("The dark shades of this picture are stored more finely than we can read them.")
    fix = _("Look at them before it goes out.")


# --- after a copy of the database was put back


class DraftIsOut(LookFirst, code="publishing.draft_is_out", group=Group.DOUBT):
    """`where`: the address of that post, or its id."""

    text = _("A backup was put back, and %(channel)s shows these words already: %(where)s")
    fix = _("Discard it, or approve it to post it again.")
    channel: str
    where: str


class DraftMayBeOut(LookFirst, code="publishing.draft_may_be_out", group=Group.DOUBT):
    text = _("A backup was put back, and %(channel)s shows posts that it does not know.")
    fix = _("Look there, then approve this or discard it.")
    channel: str


# --- nobody writes its words


class WriteThem(Reason, group=Group.SOURCE, actor=Actor.YOU):
    """A person has to."""

    fix = _("Write the words yourself.")


class WatchRemoved(WriteThem, code="publishing.watch_removed"):
    text = _("Its source was removed before it had a caption.")


class RemovedWithWatch(WriteThem, code="publishing.removed_with_watch"):
    """It was discarded."""

    text = _("Its source was removed before it had its words.")
    fix = _("To post the picture all the same, write a post with it.")


class DescribingStopsUs(WriteThem, code="publishing.describing_stops_us", group=Group.OURS):
    text = _("Describing it stopped our worker three times.")


class NoPictureToDescribe(WriteThem, code="publishing.no_picture_to_describe", group=Group.CONTENT):
    text = _("It has no picture to describe.")


class RestsAsAsked(WriteThem, code="publishing.rests_as_asked", group=Group.ACCOUNT):
    """The use of its owner's data is restricted."""

    text = _("Everything rests, as you asked.")
    fix = _("Let it be written again, or write the words yourself.")


class NeverAnswered(WriteThem, code="publishing.never_answered", group=Group.OUTSIDE):
    text = _("The model was asked %(times)d times and gave no complete answer; each call may have cost.")
    fix = _("Ask it again later, or write the words yourself.")
    times: int


class Caused(Reason, group=Group.OUTSIDE, actor=Actor.YOU):
    """`cause`: what they said."""

    text = _("%(cause)s")
    cause: Because


class SmallerSent(Caused, code="publishing.smaller_sent", actor=Actor.NOBODY, again=True):
    fix = _("A smaller copy is sent, and it is asked again.")


class NoSmallerCopy(Caused, code="publishing.no_smaller_copy"):
    fix = _("We have no smaller copy to send. Write the words yourself, or choose another model.")


class OthersWereDescribed(Caused, code="publishing.others_were_described"):
    fix = _("Others were described meanwhile. Ask again later, or write the words yourself.")


class ThisPictureAlone(Caused, code="publishing.this_picture_alone"):
    fix = _("It is this picture alone. Ask again later, or write the words yourself.")


class MaybeThisAlone(Caused, code="publishing.maybe_this_alone", actor=Actor.NOBODY, again=True):
    fix = _("We ask again, as it may be this picture alone.")


class AskedByAnother(Fact, code="publishing.asked_by_another"):
    """Of a call whose answer came late."""

    text = _("Another worker had asked already.")


# --- money


class BudgetUsedUp(Reason, code="publishing.budget_used_up", group=Group.QUOTA, actor=Actor.YOU, again=True):
    """Of the operator's, in US dollars. `until`: when the next month begins."""

    text = _(
        "The %(budget)s US dollars that captions with the operator's key may cost you in a month are used up. The "
        "pictures wait until %(until)s, or until the operator allows more; then it goes on by itself."
    )
    fix = _("With a key of your own (AI keys) they go on at once.")
    budget: Decimal
    until: dt.date


class NoBudget(Reason, code="publishing.no_budget", group=Group.QUOTA, actor=Actor.YOU):
    text = _("The operator pays for no captions of yours, so the pictures wait.")
    fix = _("Store a key of your own (AI keys), or choose another captioner for the source.")
