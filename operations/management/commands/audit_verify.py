"""manage.py audit_verify"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from poster.command import Answer, OperatorCommand
from poster.ledger import hash_chain, verification
from poster.models import Link


class Command(OperatorCommand):
    """Check the ledger."""

    help = (
        "Check that nobody changed, removed, moved or added a line of the ledger. Prints the head of its chain: keep "
        "it somewhere else and give it next time, and a cut-off end is noticed too. Exits 1 when something is wrong."
    )
    examples = "  manage.py audit_verify\n  manage.py audit_verify --head 1f0c..."

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", help="the head that was printed, and kept, earlier")

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        found = verification.verify(options["head"])
        faults = [{"link": fault.number, "code": fault.code.value, "sentence": fault.sentence} for fault in found]
        return {"lines": Link.objects.count(), "head": hash_chain.head(), "faults": faults}

    def well(self, answer: Answer) -> bool:
        return not answer["faults"]

    def tell(self, answer: Answer) -> Iterable[str]:
        yield from (fault["sentence"] for fault in answer["faults"])
        yield f"{answer['lines']} lines, {len(answer['faults'])} faults. Head of the chain: {answer['head']}"
