"""A look that raised, or that killed its worker: it is told at its watches, and begins anew without its bookmark."""

from __future__ import annotations

from poster.reasons import Reason
from poster.work.leases import backoff
from watches.models import SourceCursor, Watch
from watches.reasons.places import LookDeadly, LookRaised

MOST = 3  # looks in a row that may raise; then the bookmark is dropped, as it may be what makes them


def stumble(stream: SourceCursor) -> None:
    """The look raised. Its lease is still held, and is given back by the caller."""
    kept = {"cursor": "", "relisted_at": None} if stream.failures + 1 >= MOST else {}
    if stream.swap(failures=stream.failures + 1, **kept):
        _tell(stream, LookRaised())


def begin_anew(stream: SourceCursor) -> str:
    """It killed its worker three times: without its bookmark it may not."""
    wait = backoff(stream.failures, first=60, most=3600)
    if stream.let_go(after=wait, cursor="", relisted_at=None, failures=stream.failures + 1):
        _tell(stream, LookDeadly())
    return str(LookDeadly())


def _tell(stream: SourceCursor, why: Reason) -> None:
    rows = Watch.objects.filter(stream=stream.pk, state__in=Watch.State.looking())
    rows.update(**Watch.unanswered.columns(why))
