"""Why a watch cannot be made, changed or told to do something. `name`: of the watch."""

from __future__ import annotations

from poster.reasons import Actor, Because, Group, Reason, _, _n


class Wish(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """Something that was asked for has to be asked for otherwise."""


class Named(Wish):
    """`name`: of a watch."""

    name: str


# --- what a watch may be told


class NameMissing(Wish, code="watches.name_missing"):
    text = _("The source has no name.")
    fix = _("Give it one.")


class NameTaken(Named, code="watches.name_taken"):
    text = _("There is a source called %(name)s already.")
    fix = _("Choose another name.")


class TooLateHours(Wish, code="watches.too_late_hours", group=Group.TIMING):
    text = _("What is late waits for you after 0 to %(most)d hours (a year).")
    fix = _("Choose a number between them.")
    most: int


class HalfQuiet(Wish, code="watches.half_quiet", group=Group.TIMING):
    text = _("Quiet hours have a beginning and another end.")
    fix = _("Fill in both, or none.")


class NoneADay(Wish, code="watches.none_a_day", group=Group.TIMING):
    text = _("A source posts once a day at least.")
    fix = _("To stop it, pause it.")


class NoSuchCaptioner(Wish, code="watches.no_such_captioner"):
    text = _("There is no captioner %(name)s.")
    fix = _("Choose one of these: %(known)s.")
    name: str
    known: tuple[str, ...]


class NoSuchSource(Wish, code="watches.no_such_source"):
    text = _("There is no source %(name)s.")
    fix = _("Choose one of these: %(known)s.")
    name: str
    known: tuple[str, ...]


class NoSuchChoice(Wish, code="watches.no_such_choice"):
    """`rule`: its name in commands."""

    text = _("%(rule)s cannot be %(value)s.")
    fix = _("Choose one of these: %(known)s.")
    rule: str
    value: str
    known: tuple[str, ...]


class TooOften(Wish, code="watches.too_often", group=Group.TIMING):
    text = _("That is more often than you may look.")
    fix = _n("Look every %(least)d second or less often.", "Look every %(least)d seconds or less often.", "least")
    least: int


class TooSeldom(Wish, code="watches.too_seldom", group=Group.TIMING):
    text = _("That is less often than we look anywhere.")
    fix = _("Look at least once a week.")


class TooMany(Wish, code="watches.too_many", group=Group.QUOTA):
    text = _n(
        "There is %(most)d source already, as many as one person may have.",
        "There are %(most)d sources already, as many as one person may have.",
        "most",
    )
    fix = _("Remove one, or let the operator allow more at People.")
    most: int


# --- where it looks, and where that goes


class NoChannel(Wish, code="watches.no_channel"):
    text = _("No channel is chosen.")
    fix = _("Choose at least one. Connect an account first if there is none.")


class ChannelOfAnother(Wish, code="watches.channel_of_another", group=Group.ACCOUNT):
    text = _("One of these channels belongs to somebody else.")
    fix = _("Choose among your own.")


class NoLogin(Wish, code="watches.no_login", group=Group.ACCOUNT):
    """`source`: what it is called."""

    text = _("Nobody has said which account of %(source)s to look into.")
    fix = _("Choose one; connect it first if there is none.")
    source: str


class LoginOfAnother(Wish, code="watches.login_of_another", group=Group.ACCOUNT):
    text = _("This is not an account of yours at %(source)s.")
    fix = _("Choose one of yours, or connect it.")
    source: str


class FoldersOfOperator(Wish, code="watches.folders_of_operator", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    text = _("Only the operator may watch folders of this machine.")
    fix = _("Choose another source, or ask whoever runs this install.")


class OurOwnFiles(Wish, code="watches.our_own_files", group=Group.SOURCE):
    text = _("%(folder)s holds files of ai-poster itself.")
    fix = _("Use %(inbox)s, or a folder elsewhere.")
    folder: str
    inbox: str


class CannotBeWalked(Wish, code="watches.cannot_be_walked", group=Group.SOURCE):
    """`source`: what it is called."""

    text = _("The folders of %(source)s cannot be shown here.")
    fix = _("Type the folder, or paste its link.")
    source: str


class NothingToTry(Wish, code="watches.nothing_to_try", group=Group.SOURCE):
    text = _("There is no picture in this folder to try your words on.")
    fix = _("Choose a folder with pictures right in it; saving works without a try, too.")


class MixedWorlds(Wish, code="watches.mixed_worlds", group=Group.ACCOUNT):
    text = _("Practice accounts and real accounts cannot be in one source.")
    fix = _("Choose only practice accounts, or only real ones.")


class HasATwin(Named, code="watches.has_a_twin"):
    text = _("%(name)s looks into this folder for one of these channels already.")
    fix = _("Choose another folder or other channels, or change that source.")


class NoPictureThere(Wish, code="watches.no_picture_there", group=Group.SOURCE):
    text = _n("%(files)d file, no picture in %(path)s.", "%(files)d files, no picture in %(path)s.", "files")
    fix = _("Choose another folder, or say that you want this one anyway.")
    files: int
    path: str


# --- what is done with one


class PausedAlready(Named, code="watches.paused_already"):
    text = _("%(name)s is paused already.")
    fix = _("Resume it when it is to look again.")


class NotPaused(Named, code="watches.not_paused"):
    text = _("%(name)s is not paused.")
    fix = _("It looks by itself; press Look now if that is to be at once.")


class IsPaused(Named, code="watches.is_paused"):
    text = _("%(name)s is paused.")
    fix = _("Resume it first.")


class LoginBlocked(Wish, code="watches.login_blocked", group=Group.ACCOUNT):
    """`login`: what it is called."""

    text = _("%(login)s is not connected any more.")
    fix = _("Connect it again first.")
    login: str


class SeveralOfThisName(Wish, code="watches.several_of_this_name"):
    text = _("There are %(watches)d sources called %(name)s.")
    fix = _("Add --owner, or give the id.")
    watches: int
    name: str


class NoneOfThisName(Named, code="watches.none_of_this_name"):
    text = _("There is no source %(name)s.")
    fix = _("`manage.py watch list` lists them.")


# --- what is done with a file


class MovedOn(Wish, code="watches.moved_on", group=Group.TIMING):
    text = _("It has moved on in the meantime.")
    fix = _("Load the page again.")


class AlreadyThere(Wish, code="watches.already_there"):
    text = _("The very same picture is in this source already.")
    fix = _("This one is not needed; put it aside.")


class WatchGone(Wish, code="watches.watch_gone", group=Group.SOURCE):
    text = _("Its source was removed, so it cannot be fetched any more.")
    fix = _("Upload the picture instead.")


# --- taken as it is


class Untried(Reason, code="watches.untried", group=Group.OUTSIDE, actor=Actor.YOU):
    """`captioner`: its name; `cause`: why it could not be asked."""

    text = _("%(captioner)s could not be tried now, so it is taken as it is. %(cause)s")
    fix = _("Look at the first captions, or save it again later to try it.")
    captioner: str
    cause: Because


class KeyUntried(Reason, code="watches.key_untried", group=Group.OUTSIDE, actor=Actor.YOU):
    """`service`: whose key; `cause`: why it could not be asked."""

    text = _("The key of %(service)s could not be tried now, so it is taken as it is. %(cause)s")
    fix = _("Look at the first captions, or store it again later to try it.")
    service: str
    cause: Because
