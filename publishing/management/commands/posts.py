from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.lookup import person
from poster.command import OperatorCommand
from publishing.history import Wish, deliveries, without_delivery
from publishing.models import Delivery, Post
from watches.states import FileState

STATUSES = [*Delivery.State.values, *Post.State.values, *FileState.values]
EXAMPLES = """\
  manage.py posts
  manage.py posts --watch Holidays --status failed --json
  manage.py posts --all --since 2026-01-31"""


class Command(OperatorCommand):
    help = (
        "What went out, where, and what did not and why: one row for each delivery, newest first.\n\n"
        "--all adds the pictures that have no delivery (recorded, skipped, waiting for approval ...), with the reason."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", default="", metavar="EMAIL", help="only this person's")
        parser.add_argument("--watch", default="", metavar="NAME", help="only of this source")
        parser.add_argument("--status", default="", choices=STATUSES, metavar="STATUS", help=", ".join(STATUSES))
        parser.add_argument("--since", type=_moment, metavar="DATE", help="not older: 2026-01-31 or 2026-01-31T12:00")
        parser.add_argument("--limit", type=int, default=100, help="at most so many (100)")
        parser.add_argument("--all", action="store_true", help="also pictures without a delivery")

    def answer(self, **options: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        wish = Wish(
            owner=person(options["owner"]) if options["owner"] else None,
            watch=options["watch"],
            status=options["status"],
            since=options["since"],
            limit=max(options["limit"], 0),
        )
        rows = deliveries(wish) + (without_delivery(wish) if options["all"] else [])
        return sorted(rows, key=lambda row: row["found_at"], reverse=True)[: wish.limit] if options["all"] else rows

    def tell(self, answer: list[dict[str, Any]]) -> Iterable[str]:
        if not answer:
            yield "Nothing yet."
        for row in answer:
            where = f" -> {row['channel']} ({row['platform']})" if row["platform"] else ""
            what = row["permalink"] or row["error"]
            yield f"{row['status']:<10} {row['file_name']}{where}{f': {what}' if what else ''}"


def _moment(text: str) -> dt.datetime:
    moment = parse_datetime(text) or parse_datetime(f"{text}T00:00")
    if moment is None:
        raise ArgumentTypeError(f"{text!r} is no date; write 2026-01-31 or 2026-01-31T12:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
