from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from poster.command import Failed, OperatorCommand
from proof.faults import Trouble
from proof.minimizer import Plan, shrink
from proof.pool import Bar, Pool, pool
from proof.private_world import Part
from proof.report import Settings, report, tell
from proof.results import Result
from proof.verdict import KINDS

EXAMPLES = """\
  manage.py prove --deliveries 1000
  manage.py prove --deliveries 10000 --faults 0.3 --seed 7
  manage.py prove --deliveries 10000 --faults 0.3 --seed 7 --never-resend --json"""
SIZE = 250  # deliveries that live in one world


class Command(OperatorCommand):
    help = (
        "Prove that nothing goes out twice, gets lost or is called what it is not.\n\n"
        "Delivers to simulated platforms, in simulated time, while calls are cut off, answered wrongly or late, and\n"
        "workers die; then compares what followers would see with what the database says. It uses a database of its\n"
        "own in memory: nothing of this install is read or changed, nothing leaves this machine. Exit code 1 when\n"
        "anything is wrong; then it looks for the smallest plan of faults that shows it (docs/reliability.md)."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--deliveries", type=int, default=1000, help="how many (1000)")
        parser.add_argument("--faults", type=float, default=0.3, help="how likely a call goes wrong, 0 to 1 (0.3)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same run (1)")
        parser.add_argument("--never-resend", action="store_true", help='all channels say "never send again, ask me"')
        parser.add_argument("--lag", type=float, default=60, help="lists lag behind for up to so many seconds (60)")
        parser.add_argument("--blind", type=float, default=0.01, help="how likely a list never shows a post (0.01)")
        parser.add_argument("--no-people", action="store_true", help="nobody answers what is handed to people")
        parser.add_argument("--processes", type=int, default=2, help="how many processes share the work (2)")

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        settings = _settings(options)
        began = time.monotonic()
        result, plan = Result(), None
        parts = _parts(settings)
        with pool(max(1, min(options["processes"], len(parts)))) as players:
            for one in players.play_all(parts, Bar(settings.deliveries)):
                result.add(one)
            seconds = time.monotonic() - began
            if result.wrong:
                self.stderr.write("Something is wrong. Looking for the smallest plan that shows it ...")
                plan = _smallest(parts, result, players)
        return report(settings, result, plan, seconds)

    def tell(self, answer: dict[str, Any]) -> Iterable[str]:
        return tell(answer)

    def well(self, answer: dict[str, Any]) -> bool:
        return bool(answer["well"])


def _settings(options: dict[str, Any]) -> Settings:
    if not (options["deliveries"] > 0 and 0 <= options["faults"] <= 1 and 0 <= options["blind"] <= 1):
        raise Failed("Give a number of deliveries above 0, and faults and blind between 0 and 1.")
    return Settings(
        deliveries=options["deliveries"],
        faults=options["faults"],
        seed=options["seed"],
        never_resend=options["never_resend"],
        lag=options["lag"],
        blind=options["blind"],
        people=not options["no_people"],
    )


def _parts(settings: Settings) -> list[Part]:
    trouble = Trouble(settings.seed, settings.faults, settings.lag, settings.blind)
    return [
        Part(
            trouble,
            first,
            min(SIZE, settings.deliveries - first),
            never_resend=settings.never_resend,
            people_answer=settings.people,
        )
        for first in range(0, settings.deliveries, SIZE)
    ]


def _smallest(parts: list[Part], result: Result, players: Pool) -> Plan | None:
    """For the gravest thing that is wrong."""
    order = list(KINDS)
    wrong = min(result.wrong, key=lambda fault: (order.index(fault.kind), fault.delivery))
    part = next((part for part in parts if wrong.delivery in part.numbers), None)
    return shrink(part, wrong, players.play) if part else None
