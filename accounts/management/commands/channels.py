from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from accounts.lookup import person
from accounts.management.commands.connect import as_row
from accounts.models import Channel
from poster.command import OperatorCommand, table


class Command(OperatorCommand):
    help = "List the places that we may publish to, with what is wrong with them."
    examples = "  manage.py channels\n  manage.py channels --owner me@example.org --json"

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", metavar="EMAIL", default="", help="only this person's")

    def answer(self, **options: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        rows = Channel.objects.select_related("credential", "owner")
        if options["owner"]:
            rows = rows.filter(owner=person(options["owner"]))
        return [as_row(channel) for channel in rows]

    def tell(self, answer: list[dict[str, Any]]) -> Iterable[str]:
        if not answer:
            yield "No channels yet. `manage.py connect --help` says how to connect an account."
            return
        columns = ("id", "platform", "name", "state", "owner")
        yield from table([list(columns), *([str(row[column]) for column in columns] for row in answer)])
        for row in answer:
            if row["problem"]:
                yield f"{row['name']}: {row['problem']}"
