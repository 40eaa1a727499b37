"""Why a post cannot be written, changed, approved or taken back as somebody asked."""

from __future__ import annotations

from poster.reasons import Actor, Because, Group, Reason, Term, _, _n
from poster.reasons.rendering import TERMS

UNITS = {"characters": Term("unit.characters"), "utf8": Term("unit.bytes")}  # `Limits.count`: what is counted
TERMS |= {
    "unit.characters": _("characters"),
    "unit.bytes": _("bytes"),
    "posts.text": _("posts without a picture"),
    "posts.album": _("posts with several pictures"),
    "posts.story": _("stories"),
    "posts.odd": _("posts like this"),
}


class OfAPost(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """What somebody asked of a post, or how it is."""


class MovedOn(OfAPost, group=Group.TIMING):
    """Somebody, or the machine, was faster."""

    fix = _("Load the page again.")


# --- the state that it is in


class Decided(MovedOn, code="publishing.decided"):
    text = _("It was decided already.")


class NoDraft(MovedOn, code="publishing.no_draft"):
    text = _("It is no draft any more, so its words stay as they are.")


class ChangedMeanwhile(MovedOn, code="publishing.changed_meanwhile"):
    text = _("It was changed meanwhile, so what you saw is not what would go out.")
    fix = _("Look at it again, then decide.")


class BeingWritten(MovedOn, code="publishing.being_written"):
    text = _("Its words are being written.")
    fix = _("Wait for them, or write your own.")


class NotRewritable(MovedOn, code="publishing.not_rewritable"):
    text = _("Only a draft gets other words, and not while some are being written.")


class NoWordsBefore(MovedOn, code="publishing.no_words_before"):
    text = _("There are no words of before that could come back.")


class NoModel(OfAPost, code="publishing.no_model", group=Group.ACCOUNT):
    text = _("No model is set up that could write the words.")
    fix = _("Put in a key under AI keys, or write them yourself.")


class NothingToLookAt(OfAPost, code="publishing.nothing_to_look_at"):
    text = _("A model writes about pictures, and there is none in this post.")
    fix = _("Choose at least one.")


class NobodyWrites(OfAPost, code="publishing.nobody_writes", group=Group.SOURCE):
    text = _("Its source was removed, so nobody writes for it any more.")
    fix = _("Write the words yourself.")


class OnItsWay(MovedOn, code="publishing.on_its_way"):
    """Only its record would be gone."""

    text = _("It is on its way, or nobody knows whether it is out.")
    fix = _("Say first what became of it.")


class NothingToUndo(MovedOn, code="publishing.nothing_to_undo"):
    text = _("There is nothing to undo any more.")


class TooLateToUndo(MovedOn, code="publishing.too_late_to_undo"):
    """`channels`: their names."""

    text = _("It is too late: these were asked to show it already: %(channels)s.")
    fix = _("Look there, and delete it there if it should not stay.")
    channels: tuple[str, ...]


class DoesNotWait(MovedOn, code="publishing.does_not_wait"):
    text = _("It does not wait for that any more.")


class LinkOver(OfAPost, code="publishing.link_over"):
    text = _("This link opens nothing any more: it was used, it has ended, or the post was decided otherwise.")
    fix = _("Sign in to see what waits for you.")


# --- what is in it


class NoWords(OfAPost, code="publishing.no_words"):
    text = _("A post needs words.")
    fix = _("Write some, or discard it.")


class NothingInIt(OfAPost, code="publishing.nothing_in_it"):
    text = _("There is neither a word nor a picture in it.")
    fix = _("Write something, or choose a picture.")


class PictureNotHere(OfAPost, code="publishing.picture_not_here"):
    text = _("One of the pictures is not here any more, or not ready.")
    fix = _("Load the page again and choose once more.")


class PictureNotInPost(OfAPost, code="publishing.picture_not_in_post"):
    text = _("A place can show pictures of its post only, each once.")
    fix = _("Put the picture into the post first.")


class CropRefused(OfAPost, code="publishing.crop_refused"):
    """`name`: the picture's; `pixels`: the least that each side has to keep."""

    text = _(
        "“%(name)s” cannot be cropped like this: what shows has to lie in the picture, with at least a twentieth of "
        "each side and %(pixels)d pixels."
    )
    fix = _("Choose a larger part, or show the whole picture.")
    name: str
    pixels: int


class TextTooLong(OfAPost, code="publishing.text_too_long"):
    """`unit`: what is counted there."""

    text = _("The text is %(over)d %(unit)s too long (at most %(most)d here).")
    fix = _("Shorten it.")
    over: int
    most: int
    unit: Term


class TooManyHashtags(OfAPost, code="publishing.too_many_hashtags"):
    text = _n(
        "The text has %(found)d hashtag (at most %(most)d here).",
        "The text has %(found)d hashtags (at most %(most)d here).",
        "found",
    )
    fix = _("Take some out.")
    found: int
    most: int


class TooManyMentions(OfAPost, code="publishing.too_many_mentions"):
    text = _n(
        "The text mentions %(found)d account (at most %(most)d here).",
        "The text mentions %(found)d accounts (at most %(most)d here).",
        "found",
    )
    fix = _("Take some out.")
    found: int
    most: int


# --- where it goes


class NoChannelLeft(OfAPost, code="publishing.no_channel_left"):
    text = _("There is no channel to post to.")
    fix = _("Choose one first.")


class NoPlaceChosen(OfAPost, code="publishing.no_place_chosen"):
    text = _("No channel is chosen that it goes to.")
    fix = _("Choose at least one.")


class PlaceNotThere(OfAPost, code="publishing.place_not_there"):
    text = _("One of the places cannot be chosen any more.")
    fix = _("Load the page again and choose once more.")


class FormNotTaken(OfAPost, code="publishing.form_not_taken"):
    """`form`: what it is there; `service`: the platform's name."""

    text = _("%(service)s takes no %(form)s.")
    fix = _("Change it, or leave this channel out.")
    service: str
    form: Term


class StoryIsOnePicture(OfAPost, code="publishing.story_is_one_picture"):
    text = _("A story is one picture, and this post has %(pictures)d.")
    fix = _("Give it one picture, or leave the story out.")
    pictures: int


class TooManyPictures(OfAPost, code="publishing.too_many_pictures"):
    """`service`: the platform's name."""

    text = _("%(service)s takes at most %(most)d pictures, and this post has %(pictures)d.")
    fix = _("Take some out.")
    service: str
    most: int
    pictures: int


class AtAPlace(OfAPost, code="publishing.at_a_place"):
    """`place`: a channel, or its stories; `cause`: what is wrong there."""

    place: str
    cause: Because

    def what(self) -> str:
        return f"{self.place}: {self.cause.reason.what()}"

    def next(self) -> str:
        return self.cause.reason.next()
