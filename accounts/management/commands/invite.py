from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.mailer import has_server
from accounts.reasons.events import InvitedAtTerminal
from accounts.sign_in import invitations
from poster.command import Failed, OperatorCommand
from poster.ledger.security_log import Kind, record
from poster.permissions import TERMINAL


class Command(OperatorCommand):
    help = "Invite somebody. The link makes one account, within seven days; it is told here and never again."
    examples = "  manage.py invite friend@example.org\n  manage.py invite colleague@example.org --operator --json"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="for whom the account is")
        parser.add_argument("--operator", action="store_true", help="sees everything, and looks after the install")

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise Failed(f"{options['email']} is no e-mail address.") from error
        made, link = invitations.invite(options["email"], by=TERMINAL, is_operator=options["operator"])
        record(Kind.INVITATION, InvitedAtTerminal())
        facts = {"email": made.email, "operator": made.is_operator, "link": link}
        return {**facts, "valid_until": made.expires_at.isoformat(), "mailed": has_server()}

    def tell(self, answer: dict[str, Any]) -> Iterable[str]:
        yield f"{answer['email']} is invited{' as an operator' if answer['operator'] else ''}."
        yield answer["link"]
        yield "The link was mailed as well." if answer["mailed"] else "There is no mail server: pass it on yourself."
