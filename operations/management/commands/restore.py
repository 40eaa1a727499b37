"""manage.py restore"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from operations.backups import restored_copy
from operations.backups.restore import PutBack, put_back
from poster.command import Answer, OperatorCommand
from poster.permissions import TERMINAL

WITHOUT = {
    "keys": "no token can be opened: every account has to be connected again",
    "secret_key": "everybody signs in again",
    "audit_key": "the ledger cannot be verified",
}


class Command(OperatorCommand):
    """A backup is put back, asked about, and let go on."""

    help = (
        "Put a backup into an empty install. Nothing is published from it at first: after the start every channel is\n"
        "asked what was posted since the backup. Without a backup: how far that is. With --go-on: your yes that\n"
        "publishing goes on; what cannot be known still waits for its owner."
    )
    examples = (
        "  manage.py restore /backup/2026-11-21 --keys /media/keys\n  manage.py restore\n  manage.py restore --go-on"
    )

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", nargs="?", type=Path, metavar="BACKUP", help="the folder that `backup` wrote")
        parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where keys, secret_key and audit_key lie")
        parser.add_argument("--go-on", action="store_true", help="publishing goes on")

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        if options["backup"]:
            return _put(put_back(options["backup"].resolve(), options["keys"]))
        if options["go_on"]:
            gone_on = restored_copy.go_on(by=TERMINAL)
            return {"went_on": True, "copied_at": gone_on.copied_at.isoformat(), "waits": False}
        return _status(restored_copy.told())

    def tell(self, answer: Answer) -> Iterable[str]:
        if "head" in answer:
            yield from _told(answer)
        elif answer.get("went_on"):
            yield f"Publishing goes on, from the copy of {_minute(answer['copied_at'])}."
        elif not answer["waits"]:
            yield "This is no copy that was put back: nothing waits for your yes."
        else:
            yield from _how_far(answer)


def _minute(moment: str) -> str:
    """For people, of a moment in ISO 8601."""
    return f"{moment[:16].replace('T', ' ')} UTC"


def _put(made: PutBack) -> Answer:
    told = {"made_at": made.made_at.isoformat(), "head": made.head, "pictures": made.pictures}
    return {**told, "keys": made.keys, "missing": made.missing}


def _told(answer: Answer) -> Iterable[str]:
    yield f"The backup of {_minute(answer['made_at'])} is in its place, with {answer['pictures']} pictures."
    for name in answer["missing"]:
        yield f"Nobody gave {name}: {WITHOUT[name]}."
    yield f"Now: manage.py audit_verify --head {answer['head']}, then manage.py start. Nothing is published yet."


def _status(now: restored_copy.Told | None) -> Answer:
    if now is None:
        return {"waits": False}
    return {
        "waits": True,
        "ready": now.ready,
        "sign": now.restore.sign,
        "copied_at": now.restore.copied_at.isoformat(),
        "noticed_at": now.restore.created_at.isoformat(),
        "still_asked": [{"channel": name, "from": moment.isoformat()} for name, moment in now.waiting],
        "asked": [
            {
                "channel": str(row.channel),
                "found": row.found,
                "unknown": row.strangers,
                "problem": str(row.problem or ""),
            }
            for row in now.asked
        ],
        "in_doubt": now.in_doubt,
        "pictures": now.pictures,
    }


def _how_far(answer: Answer) -> Iterable[str]:
    yield f"This is a copy of {_minute(answer['copied_at'])}. Nothing is published."
    for row in answer["still_asked"]:
        yield f"  {row['channel']}: is asked from {_minute(row['from'])} on"
    for row in answer["asked"]:
        unknown = f", {len(row['unknown'])} that we do not know" if row["unknown"] else ""
        yield f"  {row['channel']}: {row['problem'] or str(row['found']) + ' of ours are out since' + unknown}"
    yield f"{answer['in_doubt']} posts and {answer['pictures']} pictures may be out, and wait for their owners."
    yield "Say `manage.py restore --go-on` when you have looked." if answer["ready"] else "It is not ready yet."
