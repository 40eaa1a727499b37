"""Why something about the whole install was refused, or what was done with it."""

from __future__ import annotations

import datetime as dt

from poster.reasons import Actor, Fact, Group, Quoted, Reason, Term, _
from poster.reasons.rendering import TERMS, sentence, shown


class FolderThere(Reason, code="operations.folder_there", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(folder)s is there already.")
    fix = _("Name a folder that is not there yet with --to.")
    folder: str


class CopyDamaged(Reason, code="operations.copy_damaged", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("The copy of the database is damaged.")
    fix = _("Look at the disk, then try again.")


class NoPgDump(Reason, code="operations.no_pg_dump", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("The database is PostgreSQL, and pg_dump is not here.")
    fix = _("Install PostgreSQL's client programs, or back it up where it runs: pg_dump --format=custom.")


class PgFailed(Reason, code="operations.pg_failed", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(program)s did not manage it: %(said)s")
    fix = _("Look at what it says, then try again.")
    program: str
    said: Quoted


class NoBackup(Reason, code="operations.no_backup", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(backup)s is no backup of ai-poster: it has no %(manifest)s that can be read.")
    fix = _("Name the folder that a backup was written to.")
    backup: str
    manifest: str


class BackupDamaged(Reason, code="operations.backup_damaged", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(file)s in %(backup)s is damaged: it is not what was written.")
    fix = _("Take another backup.")
    file: str
    backup: str


class OtherDatabase(Reason, code="operations.other_database", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("This is a backup of %(kind)s.")
    fix = _("Set DATABASE_URL to a database of that kind, or leave it unset.")
    kind: str


class StillRunning(Reason, code="operations.still_running", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("ai-poster runs with the data in %(var)s.")
    fix = _("Stop it first.")
    var: str


class NotEmpty(Reason, code="operations.not_empty", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("The install in %(var)s is not empty.")
    fix = _(
        "Put the backup into an empty data folder (VAR) or, with PostgreSQL, an empty database: what is here would "
        "be lost."
    )
    var: str


class KeysNotThere(Reason, code="operations.keys_not_there", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("None of %(keys)s is in %(folder)s.")
    fix = _("Give the folder in which your copies of them lie.")
    keys: str
    folder: str


class NoPgRestore(Reason, code="operations.no_pg_restore", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("pg_restore is not here.")
    fix = _("Install PostgreSQL's client programs.")


class NothingPutBack(Reason, code="operations.nothing_put_back", group=Group.TIMING, actor=Actor.OPERATOR):
    text = _("Nothing was put back, so nothing waits for this.")
    fix = _("Load the page again.")


class StillAsked(Reason, code="operations.still_asked", group=Group.TIMING, actor=Actor.OPERATOR):
    text = _("Not yet: these are still asked what they show: %(channels)s.")
    fix = _("That is done at %(done_at)s; then let it go on.")
    channels: tuple[str, ...]
    done_at: dt.datetime


class LetGoOnAlready(Reason, code="operations.let_go_on_already", group=Group.TIMING, actor=Actor.OPERATOR):
    text = _("Somebody else has let it go on already.")
    fix = _("Load the page again.")


class LastOperator(Reason, code="operations.last_operator", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This is the last operator, and an install needs one.")
    fix = _(
        "Make somebody else operator first; to end the whole install, stop it and delete its data folder (%(var)s)."
    )
    var: str


class FileThere(Reason, code="operations.file_there", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(path)s is there already.")
    fix = _("Name another file with --to.")
    path: str


class NotMeant(Reason, code="operations.not_meant", group=Group.CONTENT, actor=Actor.YOU):
    text = _("Nothing was deleted.")
    fix = _("Type %(email)s to say that you mean it.")
    email: str


class UnderWayAlready(Reason, code="operations.under_way_already", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("This is under way already.")
    fix = _("What it finds shows up here by itself.")


class BrokeOff(Reason, code="operations.broke_off", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("It broke off, by a mistake of ours.")
    fix = _("What happened is in queue.log. Ask for it again; if it breaks off once more, the command says more.")


class AskerGone(Reason, code="operations.asker_gone", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    text = _("Whoever asked for this has no account here any more.")
    fix = _("Ask for it yourself.")


class NotByHand(Reason, code="operations.not_by_hand", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("This is not repeated by hand.")
    fix = _("What can be repeated safely goes on by itself.")


# --- what was done with the install, for the security log


class BackupWritten(Fact, code="operations.backup_written"):
    text = _("A backup was written.")


class BackupWithKeys(Fact, code="operations.backup_with_keys"):
    text = _("A backup was written with its keys.")


class LedgerVerified(Fact, code="operations.ledger_verified"):
    """`faults`: how much is wrong with it; 0: it is whole."""

    text = _("The ledger was verified: %(lines)d lines, %(faults)d faults.")
    lines: int
    faults: int


class CopyNoticed(Fact, code="operations.copy_noticed"):
    """`of`: when it was made; `sign`: a term."""

    text = _("The database is a copy of %(of)s: %(sign)s. Publishing waits for a yes.")
    of: dt.datetime
    sign: Term


class WentOnAfterCopy(Fact, code="operations.went_on_after_copy"):
    text = _("Publishing goes on after the copy of %(of)s was put back.")
    of: dt.datetime


class TriggersMended(Fact, code="operations.triggers_mended"):
    """`names`: of triggers."""

    text = _("Triggers of the database were not as they should be and are now: %(names)s.")
    names: tuple[str, ...]


class TimeIsOver(Fact, code="operations.time_is_over"):
    """`things`, `numbers`: what went."""

    text = _("Its time is over, so it went: %(what)s.")
    things: tuple[Term, ...]
    numbers: tuple[int, ...]

    def what(self) -> str:
        return sentence(self.text, {"what": counted(self.things, self.numbers)})


def counted(kinds: tuple[Term, ...], numbers: tuple[int, ...]) -> str:
    """So many of each."""
    return ", ".join(f"{number} {shown(kind)}" for kind, number in zip(kinds, numbers, strict=True))


# --- a person's data


class CopyTaken(Fact, code="operations.copy_taken"):
    text = _("A copy of all data was taken.")


class PutToRest(Fact, code="operations.put_to_rest"):
    text = _("Everything was put to rest.")


class RestDone(Fact, code="operations.rest_done"):
    """The answer to who asked for it."""

    text = _("Done at once: everything rests.")


class TooYoung(Fact, code="operations.too_young"):
    text = _("Too young: the account of %(receipt)s is deleted.")
    receipt: str


class ErasureBegan(Fact, code="operations.erasure_began"):
    text = _("The erasure of the account began (%(receipt)s).")
    receipt: str


class AccountErased(Fact, code="operations.account_erased"):
    text = _("An account was erased (%(receipt)s).")
    receipt: str


class Erased(Fact, code="operations.erased"):
    """What went with an account, in numbers; both empty: it held nothing else."""

    text = _("Erased: %(what)s.")
    things: tuple[Term, ...] = ()
    numbers: tuple[int, ...] = ()

    def what(self) -> str:
        held = counted(self.things, self.numbers) or sentence(NOTHING_ELSE, {})
        return sentence(self.text, {"what": held})


NOTHING_ELSE = _("the account, which held nothing else")
TERMS |= {
    "held.logins": _("logins"),
    "held.channels": _("channels"),
    "held.watches": _("watches"),
    "held.pictures": _("pictures"),
    "held.posts": _("posts"),
    "held.deliveries": _("deliveries"),
    "held.ledger": _("lines of the ledger"),
    "held.security_events": _("lines of the security log"),
    "sign.backup": _("it says that it is a backup"),
    "sign.moved": _("its files were copied, or it was loaded from a dump"),
    "sign.behind": _("this machine noted a later end of the ledger"),
}


class MaybeOut(Reason, code="operations.maybe_out", group=Group.DOUBT, actor=Actor.YOU):
    """Posts of somebody who leaves, of which nobody knows whether they are out: so many on each platform."""

    text = _("In doubt: %(what)s. We couldn't confirm these posts and won't resend them.")
    fix = _("Please check the page.")
    platforms: tuple[str, ...]
    numbers: tuple[int, ...]

    def what(self) -> str:
        told = (f"{number} on {name}" for name, number in zip(self.platforms, self.numbers, strict=True))
        return sentence(self.text, {"what": ", ".join(told)})


class ErasureGoesOn(Reason, code="operations.erasure_goes_on", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("Much is gone; the rest follows.")
    fix = _("It goes on by itself.")


class ErasureWaits(Reason, code="operations.erasure_waits", group=Group.TIMING, actor=Actor.NOBODY, again=True):
    text = _("A post is being sent at this moment; its answer is awaited.")
    fix = _("It goes on by itself then.")
