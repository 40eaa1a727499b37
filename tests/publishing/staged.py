"""A platform that always says yes, and behind which something may happen: a test says what, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from publishing.platforms import Draft, Evidence, Receipt, Verdict
from publishing.platforms.facebook import FacebookPage

EVENTS: dict[str, Callable[[], object]] = {}
SHOWN: list[str] = []  # what followers see


def happen(moment: str) -> None:
    """Once: what the test has planned for this moment."""
    EVENTS.pop(moment, lambda: None)()


class Platform:
    """Moments: "preparing", "asked" (whether it is ready), "publishing", "published", "finding"."""

    limits = FacebookPage.limits

    def prepare(self, draft: Draft) -> str:
        happen("preparing")
        return f"handle of {draft.text}"

    def is_ready(self, draft: Draft, handle: str) -> bool:
        happen("asked")
        return True

    def publish(self, draft: Draft, handle: str) -> Receipt:
        happen("publishing")
        SHOWN.append(handle)
        happen("published")
        return Receipt(str(len(SHOWN)))

    def find(self, draft: Draft, handle: str, since: dt.datetime) -> Sequence[Evidence]:
        there = handle in SHOWN
        happen("finding")
        receipt = Receipt(str(SHOWN.index(handle) + 1)) if there else None
        verdict = Verdict.THERE if there else Verdict.NOT_THERE
        return [Evidence("the platform", verdict, str(there), authoritative=True, receipt=receipt)]

    def permalink(self, draft: Draft, remote_id: str) -> str:
        return f"https://example.com/{remote_id}"
