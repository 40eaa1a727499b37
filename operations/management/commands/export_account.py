"""manage.py export_account"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from accounts.lookup import person
from operations.privacy import export, inventory
from poster.command import Answer, OperatorCommand
from poster.permissions import TERMINAL

EXAMPLES = """\
  manage.py export_account ann@example.org
  manage.py export_account ann@example.org --to /mnt/stick/ann.zip --json"""


class Command(OperatorCommand):
    """A copy of everything about one person."""

    help = (
        "Write everything that is held about one person into one zip: JSON of every kind of row, the pictures that\n"
        "are still here, and a README. No password, token or key is in it, and nothing of anybody else."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whose")
        parser.add_argument("--to", type=Path, metavar="PATH", help="the zip (VAR/exports/..., kept for some days)")

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        who = person(options["email"])
        path = export.write(who, options["to"], by=TERMINAL)
        rows = {kind.name: number for kind, number in inventory.counts(who)}
        return {"file": str(path), "bytes": path.stat().st_size, "rows": rows}

    def tell(self, answer: Answer) -> Iterable[str]:
        yield f"{sum(answer['rows'].values())} rows are in {answer['file']} ({answer['bytes']} bytes)."
        yield "It is about a person: hand it over safely, and remove it afterwards."
