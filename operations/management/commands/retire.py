"""manage.py retire"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from operations.privacy.retention import retire, rules
from poster.command import Answer, OperatorCommand


class Command(OperatorCommand):
    """What retention says must go."""

    help = (
        "Let go of everything whose time is over: picture bytes, logs, sessions, exports, mails, backups,\n"
        "invitations, old lines of the security log. The rounds do it once a day; hosts with only cron call it.\n"
        "How long each is kept is set in the environment (LOG_DAYS, EXPORT_DAYS ...), and told on the privacy page."
    )
    examples = "  manage.py retire\n  manage.py retire --json"

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        gone = retire()
        return [{"name": rule.name, "kept": rule.how_long(), "gone": gone[rule.name]} for rule in rules()]

    def tell(self, answer: Answer) -> Iterable[str]:
        for row in answer:
            yield f"{row['name']:<12} kept {row['kept']}: {row['gone']} went"
