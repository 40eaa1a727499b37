from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from operations import start_checks
from operations.work import Done, work_once, work_until_idle
from poster.command import OperatorCommand
from publishing.public_pictures.picture_server import picture_door

EXAMPLES = """\
  manage.py work --until-idle
  */5 * * * *  cd /srv/ai-poster && .venv/bin/python manage.py work --until-idle --timeout 240"""


class Command(OperatorCommand):
    help = (
        "Do all work that is due, here and now, without any other process: for hosts that have only cron.\n\n"
        "Without --until-idle: one round. With it: rounds until nothing is due any more; what is due within a few\n"
        "seconds (a platform that still works on a picture) is waited for. It may run beside `start`: both take\n"
        "turns row by row. Exit code 1 when the time was over before the work was."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="go on until nothing is due")
        parser.add_argument("--timeout", type=float, default=600, help="start no new round after so many seconds (600)")
        parser.add_argument(
            "--patience", type=float, default=30, help="wait for what is due within so many seconds (30)"
        )

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        first = [*start_checks.tighten(), *start_checks.ready()]
        with picture_door():
            if options["until_idle"]:
                done = work_until_idle(timeout=options["timeout"], patience=options["patience"])
            else:
                done = Done(idle=True, passes=1, sentences=work_once())
        return {"idle": done.idle, "rounds": done.passes, "last": done.sentences, "first": first}

    def tell(self, answer: dict[str, Any]) -> Iterable[str]:
        yield from answer["first"]
        yield from answer["last"]
        yield "Nothing is due now." if answer["idle"] else "The time is over; there is more to do."

    def well(self, answer: dict[str, Any]) -> bool:
        return bool(answer["idle"])
