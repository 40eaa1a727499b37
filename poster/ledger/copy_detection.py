"""Is this database an older copy of itself? Three signs tell, each for what the others cannot see.

- A backup of ours says so: the copy of the database has a switch that is on since the moment of the copy.
- It lies elsewhere than it knows: SQLite's file and its folder have other inode numbers, as after `cp`, `rsync`, `tar`
  or a restore of files; PostgreSQL's server, database and tables have other ids, as after `pg_restore`.
- This machine noted a later end of the ledger (`poster.ledger.head_note`): the database alone was put back.

What none of them sees is a disk, or a whole machine, that is set back to an earlier moment together with everything on
it; docs/operating.md says what to do then.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from poster import clock, file_systems
from poster.ledger import hash_chain, head_note
from poster.models import Install, Link, Restore, Switch

Sign = Restore.Sign
# File systems whose inode numbers may be others after a restart of the machine.
UNSTEADY = ("nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "overlay", "ramfs")
WHERE_POSTGRES = """
SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || 'poster_install'::regclass::oid || '/' ||
    (SELECT oid FROM pg_database WHERE datname = current_database())"""


def recognise() -> Restore | None:
    """The restore that is noticed now, or None: nothing was put back, or it is known already."""
    try:
        with transaction.atomic():
            sign = _sign()
            _know_the_place()
            if sign is None or open_one() is not None:
                return None
            Switch.objects.get_or_create(name=Switch.RESTORED)
            return Restore.objects.create(sign=sign, copied_at=_copied_at(sign))
    except IntegrityError:  # another part, that starts in the same moment, has noticed it
        return None


def open_one() -> Restore | None:
    """The restore that waits for a person's yes."""
    return Restore.objects.filter(settled_at=None).first()


def settle(restore: Restore, by: object) -> bool:
    """A person has said yes: the ledger goes on from here. False when somebody else has said so."""
    mine = Restore.objects.filter(pk=restore.pk, settled_at=None)
    if not mine.update(settled_at=clock.now(), settled_by=by):
        return False
    Switch.objects.filter(name=Switch.RESTORED).delete()
    end = hash_chain.end()
    transaction.on_commit(lambda: head_note.start_again(end))
    return True


def _sign() -> Restore.Sign | None:
    if Switch.objects.filter(name=Switch.RESTORED).exists():
        return Sign.BACKUP
    known = Install.objects.values_list("place", flat=True).first()
    here = place()
    if known and here and known != here:
        return Sign.MOVED
    return Sign.BEHIND if head_note.lost() else None


def _copied_at(sign: Restore.Sign) -> dt.datetime:
    """A moment after which nothing in it was written."""
    if sign is Sign.BACKUP:
        return Switch.objects.get(name=Switch.RESTORED).thrown_at
    last = Link.objects.order_by("-number").values_list("made_at", flat=True).first()
    return last or clock.now()


def _know_the_place() -> None:
    known, here = Install.objects.first(), place()
    if known is None:
        Install.objects.create(place=here)
    elif known.place != here:
        Install.objects.update(place=here)


def place() -> str:
    """Where the database lies; "" where that cannot be told, or may change by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(WHERE_POSTGRES)
            return str(cursor.fetchone()[0])
    file = Path(str(connection.settings_dict["NAME"]))
    if not file.is_file() or file_systems.kind_of(file.resolve()).startswith(UNSTEADY):
        return ""
    return f"{file.stat().st_ino}/{file.parent.stat().st_ino}"
