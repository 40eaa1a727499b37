"""A platform that always says yes, and behind which something may happen: a test says what, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from poster.reasons import Term
from publishing.models import Delivery
from publishing.platforms import Account, Evidence, Receipt, Request, Staged, Verdict
from publishing.platforms.facebook import FacebookPage
from tests.facts import Told
from tests.held import lay_down

EVENTS: dict[str, Callable[[], object]] = {}
SHOWN: list[str] = []  # what followers see


def happen(moment: str) -> None:
    """Once: what the test has planned for this moment."""
    EVENTS.pop(moment, lambda: None)()


def laid_down(delivery: Delivery) -> None:
    """Half of a taking: it is laid down, and not shown yet."""
    row = Delivery.objects.select_related("post", "channel__credential").get(pk=delivery.pk)
    if Delivery.objects.take(row):
        lay_down(row)
        row.give_back()


class Platform:
    """Moments: "preparing", "asked" (whether it is ready), "publishing", "published", "finding"."""

    limits = FacebookPage.limits
    options = ()
    labels = FacebookPage.labels

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged:
        if so_far.refs:
            happen("asked")
            return replace(so_far, ready=True)
        happen("preparing")
        return Staged(refs=(f"laid down: {request.text}",), done=1, total=1)

    def publish(self, account: Account, request: Request, staged: Staged) -> Receipt:
        happen("publishing")
        SHOWN.append(staged.refs[0])
        happen("published")
        return Receipt(str(len(SHOWN)))

    def find(
        self, account: Account, request: Request, staged: Staged, since: dt.datetime, accepted: str
    ) -> Sequence[Evidence]:
        there = set(staged.refs) & set(SHOWN)
        happen("finding")
        receipt = Receipt(str(SHOWN.index(staged.refs[0]) + 1)) if there else None
        verdict = Verdict.THERE if there else Verdict.NOT_THERE
        return [
            Evidence(Term("source.platform"), verdict, Told(words=verdict.value), authoritative=True, receipt=receipt)
        ]

    def permalink(self, account: Account, remote_id: str) -> str:
        return f"https://example.com/{remote_id}"
