"""manage.py backup"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from operations.backups import held
from operations.backups.backup import back_up
from poster.command import Answer, OperatorCommand


class Command(OperatorCommand):
    """A copy of the install that can be put back."""

    help = (
        "Write a consistent copy of the database, and of pictures that cannot be fetched again, while everything goes\n"
        "on. The keys are not in it unless you say so: it tells where they are, and you keep them elsewhere. Its\n"
        "README.txt says how to put it back. PostgreSQL is copied by pg_dump.\n\n"
        "With --check nothing is written: one that was made before is read again, and compared with what it was."
    )
    examples = (
        "  manage.py backup\n  manage.py backup --to /mnt/disk/2026-11-21 --json\n"
        "  manage.py backup --check 2026-11-21-093000"
    )

    def options(self, parser: ArgumentParser) -> None:
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--to", type=Path, metavar="PATH", help="a folder that is made (VAR/backups/...)")
        acts.add_argument("--check", metavar="NAME", help="read this one again: of VAR/backups, or a path")
        parser.add_argument("--with-keys", action="store_true", help="the keys too: then keep it like your passwords")

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        if options["check"] is not None:
            backup = _meant(options["check"])
            return {"checked": str(backup), "tables": held.check(backup)}
        made = back_up(options["to"], with_keys=options["with_keys"])
        told = {"folder": str(made.folder), "bytes": made.size, "head": made.head, "pictures": made.pictures}
        return {**told, "keys": made.keys, "with_keys": made.with_keys}

    def tell(self, answer: Answer) -> Iterable[str]:
        if "checked" in answer:
            yield f"{answer['checked']} is whole: its checksum is right, and its database can be read."
            return
        yield f"The backup is in {answer['folder']} ({answer['bytes']} bytes, {answer['pictures']} pictures)."
        yield f"Head of the ledger's chain, for audit_verify: {answer['head']}"
        if answer["with_keys"]:
            yield "The keys are in it: keep it like your passwords."
            return
        yield "The keys are NOT in it. Keep copies of them elsewhere; without them no token can be opened:"
        yield from (f"  {place}" for place in answer["keys"])


def _meant(told: str) -> Path:
    """A name is looked for in VAR/backups; what has a slash is a path."""
    return Path(told).resolve() if "/" in told else held.named(told)
