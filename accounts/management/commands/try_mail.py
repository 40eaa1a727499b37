"""manage.py try_mail"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import mail_test
from poster.command import Answer, Failed, OperatorCommand


class Command(OperatorCommand):
    """Does mail leave this install?"""

    help = (
        "Send one mail to try whether mails reach you, and say what the mail server answered. Without a mail server\n"
        "it is a file in VAR/mail.\n\n"
        "Exit code 1 when it was not sent."
    )
    examples = "  manage.py try_mail me@example.org\n  manage.py try_mail me@example.org --json"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="where to")

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise Failed(f"{options['email']} is no e-mail address.") from error
        return asdict(mail_test.send(options["email"]))

    def tell(self, answer: Answer) -> Iterable[str]:
        if not answer["through"]:
            yield f"There is no mail server. Mails are files in {settings.EMAIL_FILE_PATH}; set EMAIL_URL."
        elif answer["sent"]:
            yield f"The server {answer['through']} took it: {answer['said']}. Now look into your inbox."
        else:
            yield f"The server {answer['through']} did not take it: {answer['said']}"

    def well(self, answer: Answer) -> bool:
        return bool(answer["sent"])
