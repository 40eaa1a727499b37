"""Why a person should look at a caption before it goes out: see `writing.holds`."""

from __future__ import annotations

from poster.reasons import Actor, Because, Group, Quoted, Reason, Unknown, _

LOOK = _("Look at it before it goes out in your name.")
MOST_TOLD = 3


class Doubtful(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """`found`: the words that raised it, if there are any."""

    fix = LOOK
    found: Quoted = Quoted("")

    def what(self) -> str:
        told = super().what()
        return f"{told[:-1]} ({self.found})." if self.found else told


class ByDescriber(Doubtful, code="writing.doubt_describer"):
    text = _("The built-in describer wrote this.")


class NoAltText(Doubtful, code="writing.doubt_no_alt_text"):
    text = _("The model gave no description for people who cannot see the picture, or not one for each picture.")


class NameOnly(Doubtful, code="writing.doubt_name_only"):
    text = _("The caption says no more than the file's name.")


class PlainText(Doubtful, code="writing.doubt_plain_text"):
    text = _("The model did not answer in the form that we asked for, so this may be more than the caption.")


class MaybeDraft(Doubtful, code="writing.doubt_draft"):
    text = _("The model went on after this answer, so it may be only a draft of the caption.")


class TooLong(Doubtful, code="writing.doubt_too_long"):
    text = _("It is too long for one of your channels. Shorten it, or its end is left out there.")


class FarLonger(Doubtful, code="writing.doubt_beyond"):
    text = _("The caption is far longer than what was asked for.")


class BreaksOff(Doubtful, code="writing.doubt_breaks_off"):
    text = _("The caption seems to break off in the middle.")


class Repeated(Doubtful, code="writing.doubt_repeated"):
    text = _("The caption says the same again and again.")


class OtherLanguage(Doubtful, code="writing.doubt_language"):
    text = _("The caption does not seem to be in the language that its source asks for.")


class Chatter(Doubtful, code="writing.doubt_chatter"):
    text = _("The model seems to speak about the caption in place of writing it.")


class Alternatives(Doubtful, code="writing.doubt_alternatives"):
    text = _("The model seems to offer several captions to choose from.")


class SpeaksOfItself(Doubtful, code="writing.doubt_refusal"):
    text = _("The model seems to speak of itself, or to decline.")


class ToBeFilledIn(Doubtful, code="writing.doubt_placeholder"):
    text = _("Something in the caption was left to be filled in.")


class Marks(Doubtful, code="writing.doubt_markup"):
    text = _("The caption has marks in it that are no words.")


class ForeignLink(Doubtful, code="writing.doubt_link"):
    text = _("The caption has an address that your prompt does not have.")


class ForeignMention(Doubtful, code="writing.doubt_mention"):
    text = _("The caption names an account that your prompt does not name.")


class ForeignNumber(Doubtful, code="writing.doubt_number"):
    text = _("The caption has what could be a phone or account number, and your prompt does not have it.")


class ForeignHashtag(Doubtful, code="writing.doubt_hashtag"):
    text = _("A hashtag fits neither the picture nor your prompt.")


class Doubted(Reason, code="writing.doubted", group=Group.CONTENT, actor=Actor.YOU):
    """Several doubts at once: the first of them are told. Unknown ones ask to look, too."""

    fix = LOOK
    doubts: tuple[Because, ...]

    def what(self) -> str:
        known = [each.reason for each in self.doubts if not isinstance(each.reason, Unknown)]
        return " ".join(each.what() for each in known[:MOST_TOLD])
