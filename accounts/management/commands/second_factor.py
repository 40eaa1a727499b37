from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from accounts.lookup import person
from accounts.sign_in.second_factors import has_one, take_away
from poster.command import Failed, OperatorCommand
from poster.permissions import TERMINAL


class Command(OperatorCommand):
    help = (
        "Take away the second factor of somebody who lost it, recovery codes too. The password alone opens the account "
        "then, until a new one is set up. All sessions of this person end, and a mail tells it."
    )
    examples = "  manage.py second_factor remove me@example.org"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["remove"])
        parser.add_argument("email", metavar="EMAIL", help="whose")

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        whose = person(options["email"])
        if not has_one(whose):
            raise Failed(f"{whose.email} has no second factor.")
        take_away(whose, by=TERMINAL)
        return {"email": whose.email, "removed": True}

    def tell(self, answer: dict[str, Any]) -> Iterable[str]:
        yield f"{answer['email']} signs in with the password alone now. Set up a new second factor under Settings."
