"""manage.py delete_account"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from accounts.lookup import person
from accounts.models import User
from operations.privacy import erasure, inventory
from poster.command import Answer, Failed, OperatorCommand
from poster.permissions import TERMINAL

EXAMPLES = """\
  manage.py delete_account ann@example.org
  manage.py delete_account ann@example.org --yes --json"""
PATIENCE = 120.0  # seconds: longer than any call to a platform may take
MUST_SAY = "Nothing was erased. Say --yes, or type the e-mail when you are asked."


class Command(OperatorCommand):
    """Erase one person."""

    help = (
        "Erase everything of one person, and nothing of anybody else: the logins are revoked at the providers, what\n"
        "is not out yet is cancelled, rows, pictures, sessions and lines of the ledger go. Prints the receipt, and\n"
        "mails it. It cannot be undone; killed in the middle, it is carried on by the rounds or by the same command."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whose account")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        who = person(options["email"])
        erasure.may_go(who)
        if not options["yes"]:
            self._ask(who, as_json=options["json"])
        rows = {kind.name: number for kind, number in inventory.counts(who)}
        until = time.monotonic() + PATIENCE
        progress = erasure.carry_on(who, by=TERMINAL)
        while not progress.done and time.monotonic() < until:
            time.sleep(1)
            progress = erasure.go_on(who, progress.receipt)
        if not progress.done:
            raise Failed(f"{progress.sentence} The rounds carry the erasure on ({progress.receipt.code}).")
        receipt = progress.receipt
        answer = {"receipt": receipt.code, "at": receipt.answered_at, "sentence": receipt.told, "rows": rows}
        return {**answer, "stays": erasure.what_stays()}

    def _ask(self, who: User, *, as_json: bool) -> None:
        if as_json:
            raise Failed(MUST_SAY)
        for kind, number in inventory.counts(who):
            if number:
                self.stdout.write(f"  {number:>7} {kind.name.replace('_', ' ')}")
        try:
            typed = input(f"All of this is erased for good. Type {who.email} to go on: ")
        except EOFError:
            typed = ""
        if typed.strip().lower() != who.email.lower():
            raise Failed(MUST_SAY)

    def tell(self, answer: Answer) -> Iterable[str]:
        yield f"Receipt {answer['receipt']}, {answer['at']:%d %B %Y, %H:%M} UTC"
        yield answer["sentence"]
        yield answer["stays"]
