from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from operations.start_checks import CannotStart
from operations.startup import PARTS, Start
from poster.command import Failed, OperatorCommand

EXAMPLES = """\
  manage.py start
  PORT=9000 manage.py start
  manage.py start --only work"""


class Command(OperatorCommand):
    help = (
        "Start everything and watch over it: the dashboard, the workers, and the sandbox while nothing real is\n"
        "configured. The first start makes the database and the operator's account and prints the password once.\n"
        "Ctrl-C or SIGTERM ends everything; a second one ends it at once.\n\n"
        "With --only one part runs alone, for several hosts or containers; migrate first."
    )
    examples = EXAMPLES
    json_too = False
    requires_system_checks = "__all__"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=PARTS, default="", help="run this part alone")

    def answer(self, **options: Any) -> None:  # noqa: ANN401
        try:
            Start(self._say_line, options["only"]).run()
        except CannotStart as error:
            raise Failed(str(error)) from error

    def tell(self, answer: None) -> list[str]:
        return []

    def _say_line(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
