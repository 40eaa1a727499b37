from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from operations.doctor import examine
from poster.command import OperatorCommand
from poster.doctor import Level

MARKS = {Level.OK: "ok      ", Level.WARNING: "warning ", Level.PROBLEM: "problem "}


class Command(OperatorCommand):
    help = (
        "Look at everything that an install needs, and say what to do about what is missing: database, data folder,\n"
        "keys, queue, deliveries, sources, captioners, public address, accounts, clock.\n\n"
        "Exit code 1 when there is a problem; a warning is none."
    )
    examples = "  manage.py doctor\n  manage.py doctor --offline --json"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--offline", action="store_true", help="ask nobody outside")

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        findings = examine(offline=options["offline"])
        rows = [asdict(one) for one in findings]
        return {"well": not any(one.level is Level.PROBLEM for one in findings), "findings": rows}

    def tell(self, answer: dict[str, Any]) -> Iterable[str]:
        for row in answer["findings"]:
            yield f"{MARKS[Level(row['level'])]}{row['name']}: {row['sentence']}"
        yield _summary({row["level"] for row in answer["findings"]})

    def well(self, answer: dict[str, Any]) -> bool:
        return bool(answer["well"])


def _summary(levels: set[str]) -> str:
    if Level.PROBLEM in levels:
        return "Something needs you, see above."
    return "Nothing is broken; read the warnings above." if Level.WARNING in levels else "All is well."
