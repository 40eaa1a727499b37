"""What of a post does not go to a place: told before it is approved, and asked once more before it goes out."""

from __future__ import annotations

from poster.reasons import Actor, Because, Group, Reason, Term, _
from poster.reasons.rendering import TERMS

TERMS |= {"label.ai": _("made with AI"), "label.adult": _("for adults only")}


class OptionUnknown(Reason, code="publishing.option_unknown", group=Group.CONTENT, actor=Actor.YOU):
    """`option`: its name, as it was kept."""

    text = _("“%(option)s” is not offered there, or not any more.")
    fix = _("Take it out.")
    option: str


class OptionNotHere(Reason, code="publishing.option_not_here", group=Group.CONTENT, actor=Actor.YOU):
    """`option`: what people call it."""

    text = _("“%(option)s” is not for this kind of post.")
    fix = _("Take it out.")
    option: str


class OptionValueRefused(Reason, code="publishing.option_value_refused", group=Group.CONTENT, actor=Actor.YOU):
    """`value`: what was chosen."""

    text = _("“%(value)s” cannot be chosen for “%(option)s”.")
    fix = _("Choose another.")
    option: str
    value: str


class OptionMissing(Reason, code="publishing.option_missing", group=Group.CONTENT, actor=Actor.YOU):
    text = _("“%(option)s” has to be chosen.")
    fix = _("Nobody else chooses it for you.")
    option: str


class OptionTooLong(Reason, code="publishing.option_too_long", group=Group.CONTENT, actor=Actor.YOU):
    """`most`: characters."""

    text = _("“%(option)s” is too long (at most %(most)d characters).")
    fix = _("Shorten it.")
    option: str
    most: int


class OptionLacksScope(Reason, code="publishing.option_lacks_scope", group=Group.ACCOUNT, actor=Actor.YOU):
    """`scope`: what the login would have to allow, as the service calls it."""

    text = _("“%(option)s” needs the permission %(scope)s, which this login does not have.")
    fix = _("Connect the account again and allow it, or take the option out.")
    option: str
    scope: str


class LabelNotTold(Reason, code="publishing.label_not_told", group=Group.CONTENT, actor=Actor.YOU):
    """`label`: what people would have to be told of it."""

    text = _("It is %(label)s, and there is no way to tell people so there.")
    fix = _("Leave this place out.")
    label: Term


class TooManyTags(Reason, code="publishing.too_many_tags", group=Group.CONTENT, actor=Actor.YOU):
    text = _("A post has at most %(most)d tags, and these are %(found)d.")
    fix = _("Take some out.")
    most: int
    found: int


class TagTooLong(Reason, code="publishing.tag_too_long", group=Group.CONTENT, actor=Actor.YOU):
    """`tag`: its beginning; `most`: characters."""

    text = _("“%(tag)s…” is too long for a tag (at most %(most)d characters).")
    fix = _("Shorten it.")
    tag: str
    most: int


class NotAsApproved(Reason, code="publishing.not_as_approved", group=Group.CONTENT, actor=Actor.YOU):
    """`cause`: what the place does not take any more."""

    text = _("%(channel)s does not take it any more as it was approved. %(cause)s")
    fix = _("Forget it, and write the post anew.")
    channel: str
    cause: Because
