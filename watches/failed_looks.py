"""A look that raised, or that killed its worker: it is told at its watches, and begins anew without its bookmark."""

from __future__ import annotations

from django.utils.translation import gettext

from poster.work.leases import backoff
from watches.models import SourceCursor, Watch

MOST = 3  # looks in a row that may raise; then the bookmark is dropped, as it may be what makes them
RAISED, DEADLY = "raised", "deadly"
LOOKING = (Watch.State.ACTIVE, Watch.State.BROKEN)


def sentence(why: str) -> str:
    """What its people read."""
    if why == DEADLY:
        return gettext(
            "Looking here stopped our worker three times, so everything here is listed anew. If this stays, the "
            "operator finds the reason in the log of the queue."
        )
    return gettext(
        "An error of ours ended the look. It is tried again by itself; the operator finds the reason in the log of the "
        "queue."
    )


def stumble(stream: SourceCursor) -> None:
    """The look raised. Its lease is still held, and is given back by the caller."""
    kept = {"cursor": "", "relisted_at": None} if stream.failures + 1 >= MOST else {}
    if stream.swap(failures=stream.failures + 1, **kept):
        _tell(stream, RAISED)


def begin_anew(stream: SourceCursor) -> str:
    """It killed its worker three times: without its bookmark it may not."""
    wait = backoff(stream.failures, first=60, most=3600)
    if stream.let_go(after=wait, cursor="", relisted_at=None, failures=stream.failures + 1):
        _tell(stream, DEADLY)
    return sentence(DEADLY)


def _tell(stream: SourceCursor, why: str) -> None:
    rows = Watch.objects.filter(stream=stream.pk, state__in=LOOKING)
    rows.update(unanswered=sentence(why))
