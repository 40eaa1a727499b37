"""Why a place cannot be looked at, or a file in it not be had just now. `path`, `name`: as people read them."""

from __future__ import annotations

from poster.reasons import Actor, Because, Group, Quoted, Reason, _


class OfAPlace(Reason, group=Group.SOURCE, actor=Actor.YOU):
    """A person has to mend it, or to choose another one."""


class Passing(Reason, group=Group.SOURCE, actor=Actor.NOBODY, again=True):
    """It is over by itself, or with the next look."""

    fix = _("We try again by ourselves.")


# --- folders of this machine


class OfAFolder(OfAPlace):
    """`path`: where it is."""

    path: str


class NoSuchFolder(OfAFolder, code="watches.no_such_folder"):
    """Nothing looks into it yet."""

    text = _("There is no folder %(path)s on this machine.")
    fix = _("Make it first, or put in another one.")


class FolderMissing(OfAFolder, code="watches.folder_missing", again=True):
    text = _("The folder %(path)s is not there.")
    fix = _("Put it back, or connect its disk; then it goes on by itself.")


class NoFolder(OfAFolder, code="watches.no_folder"):
    text = _("%(path)s is not a folder.")
    fix = _("Choose a folder.")


class IsALink(OfAFolder, code="watches.is_a_link"):
    text = _("%(path)s is a link now, and links are not followed.")
    fix = _("Choose the folder that it leads to.")


class MayNotRead(OfAFolder, code="watches.may_not_read", actor=Actor.OPERATOR):
    text = _("We may not read the folder %(path)s.")
    fix = _("Give this program the right to read it and what is in it.")


class FolderUnread(Passing, code="watches.folder_unread"):
    text = _("The folder %(path)s cannot be read at the moment.")
    fix = _("We look again by ourselves.")
    path: str


class TooSlow(Passing, code="watches.too_slow"):
    """`name`: of a folder, or of a file."""

    text = _("%(name)s could not be read to its end in time: its disk or share is slow.")
    name: str


class OtherDisk(OfAFolder, code="watches.other_disk"):
    text = _("The folder %(path)s is empty, or all its files are others than before, as if its disk were missing.")
    fix = _("Connect the disk again. If this is how it should be, remove this source and make it anew.")


class NotConnected(OfAFolder, code="watches.not_connected", again=True):
    """`inside`: the folder in it."""

    text = _(
        "%(inside)s in %(path)s cannot be read, or its disk is not connected, so nobody can say whether the picture is "
        "still there."
    )
    fix = _("Connect the disk, or give this program the right to read; then it goes on by itself.")
    inside: str


class LeadsElsewhere(OfAFolder, code="watches.leads_elsewhere"):
    text = _("%(path)s leads elsewhere than it did.")
    fix = _("Choose the folder again.")


class NotWhole(OfAPlace, code="watches.path_not_whole"):
    text = _("That is not the whole path of a folder.")
    fix = _("Write the whole path, beginning with /, such as /home/me/Pictures.")


class WholeMachine(OfAPlace, code="watches.whole_machine"):
    text = _("The whole machine is too much.")
    fix = _("Choose a folder with pictures in it.")


class OddPath(OfAFolder, code="watches.odd_path"):
    text = _("The path %(path)s is too long or has signs in it that cannot be kept.")
    fix = _("Rename the folder.")


class NotWhereItWas(Passing, code="watches.not_where_it_was"):
    text = _("%(name)s is not where it was.")
    fix = _("The next look tells where it went; then it is tried again.")
    name: str


class NotCopied(Passing, code="watches.not_copied"):
    """`said`: by the operating system."""

    text = _("%(name)s could not be copied. The system said: %(said)s")
    name: str
    said: Quoted


class StillChanging(Passing, code="watches.still_changing"):
    text = _("%(name)s is still changing, or was replaced.")
    fix = _("It is taken by itself when it is complete.")
    name: str


# --- Google Drive


class InTheBin(OfAPlace, code="watches.in_the_bin"):
    text = _("The folder %(name)s is in the bin of Google Drive.")
    fix = _("Take it out again.")
    name: str


class IsAFile(OfAPlace, code="watches.is_a_file"):
    text = _("%(name)s is a file.")
    fix = _("Choose the folder that it lies in.")
    name: str


class LinkOfAFile(OfAPlace, code="watches.link_of_a_file"):
    text = _("That is the link of a file.")
    fix = _("Open the folder that it lies in, and copy the link of that.")


class NoFolderInLink(OfAPlace, code="watches.no_folder_in_link"):
    text = _("There is no folder in that.")
    fix = _("Open the folder in Google Drive and copy its address.")


class NotShared(OfAPlace, code="watches.not_shared"):
    text = _("The connected Google account sees no such folder.")
    fix = _("Share it with that account, or open the link once in its browser, then try again.")


class NoLongerSeen(OfAPlace, code="watches.no_longer_seen", again=True):
    """`name`: of the folder, or its id."""

    text = _("The folder %(name)s was deleted, or is no longer shared with the connected Google account.")
    fix = _("Share it again, and it goes on by itself; or choose another folder.")
    name: str


class TooManyFolders(OfAPlace, code="watches.too_many_folders"):
    text = _("There are more than %(most)d folders in it.")
    fix = _("Choose a smaller folder.")
    most: int


class LeftDrive(Passing, code="watches.left_drive"):
    text = _("%(name)s is no longer in Google Drive.")
    fix = _("The next look takes it off the list by itself.")
    name: str


class ChangedInDrive(Passing, code="watches.changed_in_drive"):
    text = _("%(name)s was changed since we saw it.")
    fix = _("The next look finds the new picture by itself.")
    name: str


class TookTooLong(Passing, code="watches.took_too_long"):
    text = _("Google took longer than two minutes to send it.")


class NotWholeOnArrival(Passing, code="watches.not_whole_on_arrival"):
    text = _("%(name)s did not arrive whole, or was changed on the way.")
    name: str


class NotWrittenHere(Passing, code="watches.not_written_here", group=Group.OURS):
    """`said`: by the operating system."""

    text = _("%(name)s could not be written here. The system said: %(said)s")
    name: str
    said: Quoted


class FileRefused(OfAPlace, code="watches.file_refused"):
    """`cause`: what they said no with."""

    text = _("%(name)s could not be fetched. %(cause)s")
    fix = _("When that is done, try it again.")
    name: str
    cause: Because


class NotSearched(Passing, code="watches.not_searched", group=Group.OUTSIDE):
    text = _("Google could not search everywhere just now.")
    fix = _("We ask again by ourselves.")


class TooMuchListed(Passing, code="watches.too_much_listed", group=Group.OUTSIDE):
    text = _("Google lists more than we can read at once.")
    fix = _("We ask again by ourselves.")


# --- a look that raised


class LookRaised(Passing, code="watches.look_raised", group=Group.OURS):
    text = _("An error of ours ended the look.")
    fix = _("It is tried again by itself; the operator finds the reason in the log of the queue.")


class LookDeadly(Passing, code="watches.look_deadly", group=Group.OURS):
    text = _("Looking here stopped our worker three times, so everything here is listed anew.")
    fix = _("It is tried again by itself; if this stays, the operator finds the reason in the log of the queue.")
