"""What became of a found file, where that is not plain from its state. `name`: of the file, as people read it."""

from __future__ import annotations

from poster.reasons import Actor, Fact, Group, Reason, _, _n


class OfAFile(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """What many of them have in common."""

    name: str


# --- not on its way until a person says so


class WasThere(Reason, code="watches.was_there", group=Group.SOURCE, actor=Actor.YOU):
    text = _("It was there before the source began, so it is not posted.")
    fix = _("Post it if you want it to go out.")


class OtherContent(Reason, code="watches.other_content", group=Group.SOURCE, actor=Actor.YOU):
    text = _("This file had other content before.")
    fix = _("Look at the new picture, then post it if you want that too.")


class BackAgain(Reason, code="watches.back_again", group=Group.SOURCE, actor=Actor.YOU):
    """Taken away at its source, and there once more."""

    text = _("This picture was taken away and is back.")
    fix = _("Post it if you want it to go out.")


class MaybePosted(Reason, code="watches.maybe_posted", group=Group.DOUBT, actor=Actor.YOU):
    """An older copy of the database does not know."""

    text = _("A backup was put back, and this picture may have been posted since it was made.")
    fix = _("Look at your channels, then post it if it is not there.")


class RestsAsAsked(Reason, code="watches.rests_as_asked", group=Group.ACCOUNT, actor=Actor.YOU):
    """The use of its owner's data is restricted."""

    text = _("Everything rests, as you asked.")
    fix = _("Post it, and this picture goes on.")


# --- it ended


class TakenAway(Reason, code="watches.taken_away", group=Group.SOURCE, actor=Actor.YOU):
    text = _("The file was taken away.")
    fix = _("Put it back if you still want to post it.")


class CameBackLater(Fact, code="watches.came_back_later"):
    text = _("It was taken away. The same picture came back later.")


class Replaced(Fact, code="watches.replaced"):
    """By a newer revision, which has a row of its own."""

    text = _("It was replaced by newer bytes before it was fetched.")


class FilmOfAPicture(Fact, code="watches.film_of_a_picture"):
    text = _("It is the film of a picture with the same name, which is here.")


class SamePicture(Fact, code="watches.same_picture"):
    text = _("The very same picture is in this source already, so it is not posted again.")


class RecordDeleted(Fact, code="watches.record_deleted"):
    text = _("The record of its post was deleted.")


class OwnerLeft(Fact, code="watches.owner_left"):
    text = _("Its owner left.")


class OutSinceCopy(Fact, code="watches.out_since_copy"):
    """An older copy of the database was put back. `where`: the address of its post there, or its id."""

    text = _(
        "A backup was put back. A post that %(channel)s shows since then looks the same, so it is not posted again: "
        "%(where)s"
    )
    channel: str
    where: str


class WatchRemoved(Reason, code="watches.removed_before_post", group=Group.SOURCE, actor=Actor.YOU):
    text = _("Its source was removed before it was posted.")
    fix = _("Upload the picture to post it all the same.")


# --- it cannot be had, or not be read


class NotComplete(OfAFile, code="watches.not_complete", actor=Actor.NOBODY, again=True):
    """A copy that goes on, a sync that uploads what it has."""

    text = _("%(name)s is not complete yet: part of it is missing.")
    fix = _("It is taken by itself when the rest is there; after a day we give up.")


class TooManyMegabytes(OfAFile, code="watches.too_many_megabytes"):
    text = _("%(name)s is larger than %(most)d MB.")
    fix = _("Save a smaller copy and drop that in.")
    most: int


class StoppedOurReader(OfAFile, code="watches.stopped_our_reader"):
    text = _("%(name)s stopped our reader three times, so it was put aside.")
    fix = _("Save it again as JPEG and drop that in.")


class UnreadForAnHour(OfAFile, code="watches.unread_for_an_hour", group=Group.OURS, actor=Actor.OPERATOR):
    """Nothing may be wrong with it."""

    text = _("%(name)s could not be read for an hour, and the fault may be this machine's.")
    fix = _("The operator looks at its memory and disk; then drop a copy in.")


class GoneWithItsWatch(OfAFile, code="watches.gone_with_its_watch", group=Group.SOURCE):
    """Its bytes are wanted again, and nobody can bring them."""

    text = _("%(name)s is no longer here, and its source was removed.")
    fix = _("Drop the picture in once more.")


class EmptyFile(OfAFile, code="watches.empty_file"):
    text = _("%(name)s is empty.")
    fix = _("Put the picture there again.")


class GoogleDocument(OfAFile, code="watches.google_document"):
    text = _("%(name)s is a document of Google's own, not a picture.")
    fix = _("Save it as a picture and put that here.")


class FilmOrSound(OfAFile, code="watches.film_or_sound"):
    text = _("%(name)s is a film or a sound, and only pictures are posted.")
    fix = _("Put a picture there to post it.")


class DownloadForbidden(OfAFile, code="watches.download_forbidden", group=Group.ACCOUNT):
    text = _("The owner of %(name)s does not allow it to be downloaded.")
    fix = _("Ask for that, or put a copy here.")


# --- it waits for room


class DayUsedUp(Reason, code="watches.day_used_up", group=Group.QUOTA, actor=Actor.OPERATOR, again=True):
    """As many as one person may have fetched in a day."""

    text = _n(
        "%(most)d picture was fetched for you today, as many as you may have in a day.",
        "%(most)d pictures were fetched for you today, as many as you may have in a day.",
        "most",
    )
    fix = _(
        "The others wait for tomorrow, the oldest first; then it goes on by itself. The operator can allow you more."
    )
    most: int


class RoomUsedUp(Reason, code="watches.room_used_up", group=Group.QUOTA, actor=Actor.YOU, again=True):
    """As many bytes as may be held for one person. `most`: such as 1.0 GB."""

    text = _("We hold %(most)s of pictures for you, as much as you may have.")
    fix = _(
        "This one waits in its place and goes on by itself when some of the others are out: approve or discard what "
        "waits for you, or ask the operator for more room."
    )
    most: str
