"""Why a file cannot be published as a picture, or a picture not be laid down.

`name`: of the file, as it may stand in a sentence. Imported in the children that read pictures, so it costs little.
"""

from __future__ import annotations

from poster.reasons import Actor, Fact, Group, Quoted, Reason, Term, _
from poster.reasons.rendering import TERMS

TERMS |= {
    "file.jpeg_xl": _("a JPEG XL picture"),
    "file.jpeg_2000": _("a JPEG 2000 picture"),
    "file.photoshop": _("a Photoshop file"),
    "file.gimp": _("a GIMP file"),
    "file.icon": _("an icon"),
    "file.raw": _("a camera's raw file"),
    "file.bigtiff": _("a BigTIFF file"),
    "file.pdf": _("a PDF document"),
    "file.postscript": _("a PostScript document"),
    "file.zip_or_office": _("a ZIP archive or an office document"),
    "file.zip": _("a ZIP archive"),
    "file.archive": _("an archive"),
    "file.office": _("an office document"),
    "file.video": _("a video"),
    "file.sound_or_video": _("a sound or video file"),
    "file.sound": _("a sound file"),
    "file.program": _("a program"),
    "file.svg": _("an SVG drawing"),
    "file.web_page": _("a web page"),
    "file.text": _("a text file"),
    "file.unknown": _("data of an unknown kind"),
}


class BadFile(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """What all of them have in common."""

    fix = _("Save it again and drop it in once more.")
    name: str


class Empty(BadFile, code="media.empty"):
    text = _("%(name)s is empty: there is nothing in it.")


class BeginsWithNothing(BadFile, code="media.begins_with_nothing"):
    text = _("%(name)s is damaged: it begins with nothing.")


class ColoursMissing(BadFile, code="media.colours_missing"):
    text = _("%(name)s is damaged: its colours are missing.")


class PartMissing(BadFile, code="media.part_missing"):
    text = _("%(name)s is damaged: part of it is missing.")


class EndsTooEarly(BadFile, code="media.ends_too_early"):
    text = _("%(name)s is damaged: it ends too early.")


class NotSound(BadFile, code="media.not_sound"):
    """`sort`: such as JPEG."""

    text = _("%(name)s is damaged: what is in it is not a sound %(sort)s picture.")
    sort: str


class OtherForm(BadFile):
    """A copy of another kind helps."""

    fix = _("Save it as JPEG or PNG and drop that in.")


class NoPicture(BadFile, code="media.no_picture"):
    """`looks`: a term."""

    text = _("%(name)s is not a picture: it looks like %(looks)s.")
    fix = _("Drop in a JPEG, PNG, WebP or HEIC picture.")
    looks: Term


class Unsupported(OtherForm, code="media.unsupported"):
    text = _("%(name)s is %(looks)s, and we cannot read that.")
    looks: Term


class RareKind(OtherForm, code="media.rare_kind"):
    text = _("%(name)s is a rare kind of %(sort)s picture, and we cannot read that.")
    sort: str


class DamagedOrRare(OtherForm, code="media.damaged_or_rare"):
    text = _("%(name)s is damaged, or a rare kind of %(sort)s picture that we cannot read.")
    sort: str


class Bloated(OtherForm, code="media.bloated"):
    text = _(
        "%(name)s has too much in it beside the picture: words or a colour profile that take more room than we give "
        "them."
    )


class TooSmall(BadFile, code="media.too_small"):
    """In pixels."""

    text = _(
        "%(name)s is too small to publish: it has %(width)d x %(height)d pixels, and each side needs at least "
        "%(least)d."
    )
    fix = _("Drop in a larger copy.")
    width: int
    height: int
    least: int


class Smaller(BadFile):
    """A smaller copy helps."""

    fix = _("Save a smaller copy and drop that in.")


class TooLarge(Smaller, code="media.too_large"):
    """In megapixels."""

    text = _("%(name)s is too large: it has %(megapixels)d megapixels, and %(most)d are the most we take.")
    megapixels: int
    most: int


class TooManyBytes(Smaller, code="media.too_many_bytes"):
    """`most`: bytes that a platform takes."""

    text = _("%(name)s cannot be made smaller than %(most)d bytes without losing what it shows.")
    most: int


class NeedsMemory(Smaller, code="media.needs_memory"):
    text = _("%(name)s needs more memory than one picture may use.")


class SaveAsJpeg(BadFile):
    fix = _("Save it again as JPEG and drop that in.")


class TakesTooLong(SaveAsJpeg, code="media.takes_too_long"):
    text = _("%(name)s takes too long to read.")


class StopsOurReader(SaveAsJpeg, code="media.stops_our_reader"):
    text = _("%(name)s is damaged in a way that stops our reader.")


class OurFault(BadFile, group=Group.OURS, actor=Actor.NOBODY, again=True):
    """Nothing is wrong with the picture."""

    fix = _("We try it again later.")


class WentWrong(OurFault, code="media.went_wrong"):
    text = _("%(name)s could not be read because something went wrong on our side.")


class ShortOfMemory(OurFault, code="media.short_of_memory"):
    text = _("%(name)s could not be read because the machine ran short of memory.")


# --- uploaded


class TooManyMegabytes(Smaller, code="media.too_many_megabytes"):
    """`most`: of a file."""

    text = _("%(name)s is too large: %(most)d MB are the most we take of a picture.")
    most: int


class LibraryFull(Reason, code="media.library_full", group=Group.QUOTA, actor=Actor.YOU):
    """As many bytes as may be held for one person. `most`: such as 1.0 GB."""

    text = _("We hold %(most)s of pictures for you, as much as you may have.")
    fix = _("Delete pictures in your library that you do not need, or ask the operator for more room.")
    most: str


class TooManyAtOnce(Reason, code="media.too_many_at_once", group=Group.QUOTA, actor=Actor.YOU):
    text = _("%(most)d files are on their way already.")
    fix = _("Wait until some of them are there, and add this one then.")
    most: int


class SharedTooMuch(Reason, code="media.shared_too_much", group=Group.QUOTA, actor=Actor.YOU):
    """`most`: of all files that come with one request."""

    text = _("What you shared has more than %(most)d MB, so nothing of it was taken.")
    fix = _("Share fewer pictures at a time, or upload them here.")
    most: int


class SharedTooMany(Reason, code="media.shared_too_many", group=Group.QUOTA, actor=Actor.YOU):
    text = _("You shared more than %(most)d files, and those behind them were not taken.")
    fix = _("Share the others once more.")
    most: int


class SharedTooLong(Reason, code="media.shared_too_long", group=Group.QUOTA, actor=Actor.YOU):
    """One answer waits for all of them."""

    text = _("There was no time left for %(name)s.")
    fix = _("Share it once more.")
    name: str


class SharedTogether(Reason, code="media.shared_together", group=Group.QUOTA, actor=Actor.YOU):
    """Too many large requests at once, or no room on the disk for this one."""

    text = _("There is no room for what you shared at this moment, so nothing of it was taken.")
    fix = _("Share it once more in a minute.")


class UploadOver(Reason, code="media.upload_over", group=Group.CONTENT, actor=Actor.YOU):
    text = _("This upload has ended.")
    fix = _("Add the file once more.")


class InPosts(Reason, code="media.in_posts", group=Group.CONTENT, actor=Actor.YOU):
    """`many`: posts that it is in."""

    text = _("This picture is in a post (%(many)d in all), so it cannot be deleted.")
    fix = _("Take it out of the drafts it is in, or delete those posts first.")
    many: int


class NotUploaded(Reason, code="media.not_uploaded", group=Group.CONTENT, actor=Actor.YOU):
    text = _("This picture was found by a source, which brings it again when it is needed.")
    fix = _("Take it away where it lies, and it goes here as well.")


# --- its bytes are wanted again


class BucketClosed(Reason, code="media.bucket_closed", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("The picture bucket does not let us in.")
    fix = _("The operator checks BUCKET_URL.")


class BucketFailed(Reason, code="media.bucket_failed", group=Group.OURS, actor=Actor.NOBODY, again=True):
    text = _("The picture bucket did not take the picture.")
    fix = _("We try again.")


# --- where bytes lie


class BytesMissing(Reason, code="media.bytes_missing", group=Group.OURS, actor=Actor.NOBODY, again=True):
    text = _("The picture is not here at the moment.")
    fix = _("We get it again.")


class StorageFailed(Reason, code="media.storage_failed", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _("The storage of this install does not answer as it should: %(said)s")
    fix = _("We try it again; when it stays so, the operator looks at the disk.")
    said: Quoted


class OnlyCopyMissing(Reason, code="media.only_copy_missing", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _("%(name)s was uploaded here, and its file is not where it was put.")
    fix = _("The operator puts the storage back, or its files from a backup; then it goes on by itself.")
    name: str


class NobodyHasIt(Reason, code="media.nobody_has_it", group=Group.CONTENT, actor=Actor.YOU):
    text = _("%(name)s is no longer here.")
    fix = _("Upload it once more.")
    name: str


class ChangedAtItsOrigin(Reason, code="media.changed_at_its_origin", group=Group.CONTENT, actor=Actor.YOU):
    text = _("%(name)s was changed since this post was made.")
    fix = _("Discard the post; the new picture gets its own.")
    name: str


# --- a picture that somebody looks at, and of which no bytes are kept


class NotShown(Reason, group=Group.NOTE):
    """Its impression is shown instead. It says nothing of a vendor's: no address, no words of theirs."""


class OneAtATime(NotShown, code="media.one_at_a_time", again=True):
    """Others are being loaded."""

    text = _("Other pictures are being loaded.")
    fix = _("This one is loaded by itself in a moment.")


class NotNow(NotShown, code="media.not_now", again=True):
    text = _("The picture cannot be loaded at the moment.")
    fix = _("It is tried again when you look at it later.")


class LoginShut(NotShown, code="media.login_shut", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("The account that has this picture does not let us in.")
    fix = _("Connect it again to see the picture.")


class NeverAgain(Fact, NotShown):
    """Nobody can do anything about it."""


class GoneFromSource(NeverAgain, code="media.gone_from_source"):
    text = _("The file is gone from its source.")


class AnotherAtSource(NeverAgain, code="media.another_at_source"):
    text = _("The file at its source is another one by now.")


class NoPreview(NeverAgain, code="media.no_preview"):
    text = _("Its source has no preview of this file.")


class GoneFromChannel(NeverAgain, code="media.gone_from_channel"):
    text = _("The post is no longer there.")


class NothingToShow(NeverAgain, code="media.nothing_to_show"):
    text = _("The picture itself is not kept: these are its colours.")


class SmallCopy(NeverAgain, code="media.small_copy"):
    """Its owner wants it kept, and nobody else has the picture."""

    text = _("This is the small copy that is kept here.")
