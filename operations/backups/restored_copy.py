"""An older copy of the database was put back: nothing is published until what can be known is, and somebody says yes.

notice    at each start: a copy knows that it is one (`copy_detection`); from then on what may be out is in doubt
look      in the rounds: every channel is asked (`reconciliation`), pictures found again are compared
go_on     the operator's yes: what is certainly not out goes on, the rest waits for its owner
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from media import images
from media.images import BadPicture
from operations.reasons import CopyNoticed, LetGoOnAlready, NothingPutBack, StillAsked, WentOnAfterCopy
from poster import clock
from poster.errors import OutsideError
from poster.ledger import copy_detection, security_log
from poster.models import Restore
from poster.permissions import Caller, NotPossible, require_operator
from poster.reasons import Term
from poster.work.time_budget import Over, never
from publishing.delivery import matching, reconciliation
from publishing.models import Delivery, Post, Reconciled
from watches.fetching import MOST_BYTES, keep_asset
from watches.memory import cursor_of
from watches.models import FoundFile, SourceCursor, Watch
from watches.opened_sources import as_found, open_source
from watches.querysets import FoundFileQuerySet
from watches.reasons.files import MaybePosted

State = Delivery.State
MOST_PICTURES = 5  # in one round: each is fetched and looked at
AGAIN = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Told:
    """How far it is: `restore`, the channels that were asked, and those that are still to be, with when."""

    restore: Restore
    asked: list[Reconciled]
    waiting: list[tuple[str, dt.datetime]]
    in_doubt: int
    pictures: int

    @property
    def ready(self) -> bool:
        """Whether a person may say yes."""
        return not self.waiting


def notice() -> Restore | None:
    """At each start, before anything is published. The restore that was noticed now, or None."""
    with transaction.atomic():
        restore = copy_detection.recognise()
        if restore is None:
            return None
        _doubt(restore)
        said = CopyNoticed(of=restore.copied_at, sign=Term(f"sign.{restore.sign}"))
        security_log.record(security_log.Kind.OPERATION, said)
    return restore


def _doubt(restore: Restore) -> None:
    """Whatever was on its way when the copy was made may have arrived since."""
    now = restore.created_at
    fenced = {"fence": F("fence") + 1, "leased_until": None}
    Delivery.objects.exclude(state__in=State.ended()).update(restored_at=now, next_at=now, **fenced)
    # What had no words yet when the copy was made may have them, and be out: it is composed anew once that is known.
    Post.objects.filter(state=Post.State.DRAFT, wants_words=Post.Words.CAPTIONER, text="").delete()
    on_their_way = FoundFile.objects.filter(
        state__in=FoundFile.State.going_on(), asset__posts=None, watch__isnull=False
    )
    keys = list(on_their_way.values_list("pk", flat=True))
    maybe = {"state": FoundFile.State.HELD, "restored": True, **FoundFile.reason.columns(MaybePosted())}
    FoundFile.objects.filter(pk__in=keys).update(**maybe, **fenced)
    Watch.objects.update(restored_at=now)
    SourceCursor.objects.update(relisted_at=None, next_at=now, **fenced)


def told() -> Told | None:
    """How far it is with the restore that waits for a yes; None when there is none."""
    restore = copy_detection.open_one()
    if restore is None:
        return None
    waiting = [
        (str(channel), reconciliation.asked_from(restore, channel)) for channel in reconciliation.waiting(restore)
    ]
    return Told(
        restore,
        list(Reconciled.objects.filter(restore=restore).select_related("channel")),
        waiting,
        Delivery.objects.filter(restored_at__isnull=False, state=State.NEEDS_YOU).count(),
        _held().count(),
    )


def look(over: Over = never) -> str:
    """For the rounds: a sentence, "" when nothing was put back."""
    restore = copy_detection.open_one()
    if restore is None:
        return ""
    seen = sum(not over() and _compare(restore, file) for file in _not_seen())
    asked = reconciliation.reconcile(over)
    channels = ngettext("%d channel asked", "%d channels asked", asked) % asked
    pictures = ngettext("%d picture compared", "%d pictures compared", seen) % seen
    return gettext("After a restore: %(channels)s, %(pictures)s.") % {"channels": channels, "pictures": pictures}


def go_on(*, by: Caller, request: HttpRequest | None = None) -> Restore:
    """The operator's yes. Raises NotPossible when nothing waits for it, or a channel has still to be asked."""
    require_operator(by)
    now = told()
    if now is None:
        raise NotPossible(NothingPutBack())
    if not now.ready:
        names = tuple(sorted({name for name, _ in now.waiting}))
        done_at = max(moment for _, moment in now.waiting) + dt.timedelta(minutes=1)
        raise NotPossible(StillAsked(channels=names, done_at=done_at))
    with transaction.atomic():
        if not copy_detection.settle(now.restore, by.person_id):
            raise NotPossible(LetGoOnAlready())
        lines = [line for row in now.asked for line in _approved_since(row)]
        _release(now.restore)
        reconciliation.tell(lines)
        gone_on = WentOnAfterCopy(of=now.restore.copied_at)
        security_log.record(security_log.Kind.OPERATION, gone_on, person=by.person_id, request=request)
    return now.restore


def _approved_since(row: Reconciled) -> list[reconciliation.Told]:
    """For a channel after it was asked: decided by what it showed then."""
    looked = matching.Looked(strangers=row.strangers, problem=row.problem)
    return reconciliation.go_on_or_ask(
        reconciliation.in_doubt(row.channel).exclude(state=State.NEEDS_YOU), row.channel, looked
    )


# -- pictures ---------------------------------------------------------------------------------------------------------
def _held() -> FoundFileQuerySet:
    return FoundFile.objects.filter(restored=True, state=FoundFile.State.HELD)


def _not_seen() -> list[FoundFile]:
    """Held pictures that nobody has looked at: a post that we do not know may show the same."""
    rows = _held().filter(asset=None, next_at__lte=clock.now(), size__lte=MOST_BYTES, watch__isnull=False)
    rows = rows.with_stream()
    return list(rows.order_by("next_at")[:MOST_PICTURES])


def _compare(restore: Restore, file: FoundFile) -> bool:
    """Fetch it, look at it, and say so when a post that we do not know shows the same."""
    try:
        seen, sha256 = _seen(file)
    except (OutsideError, BadPicture):
        _held().filter(pk=file.pk).update(next_at=clock.now() + AGAIN)
        return False
    _held().filter(pk=file.pk).update(asset=keep_asset(file, seen, sha256=sha256))
    for name, strangers in _strangers(restore, file):
        if post := matching.known_by(strangers, (seen.fingerprint, seen.impression)):
            reconciliation.mark_picture(file.pk, name, post["permalink"] or post["id"])
    return True


def _seen(file: FoundFile) -> tuple[images.Picture, str]:
    assert file.watch is not None  # noqa: S101 - asked for
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        path = Path(folder) / "picture"
        stream = file.watch.stream
        fetched = open_source(stream).fetch(as_found(file), path, cursor_of(stream))
        return images.look_at(path, file.name), fetched.sha256


def _strangers(restore: Restore, file: FoundFile) -> Iterator[tuple[str, list[dict[str, str]]]]:
    assert file.watch is not None  # noqa: S101 - asked for
    rows = Reconciled.objects.filter(restore=restore, channel__in=file.watch.channels.all()).select_related("channel")
    yield from ((row.channel.name, row.strangers) for row in rows)


def _release(restore: Restore) -> None:
    """Pictures go on whose channels show nothing that we do not know: they are certainly not out."""
    clear = {row.channel_id for row in Reconciled.objects.filter(restore=restore) if row.clear}
    values = {"state": FoundFile.State.FOUND, "restored": False, "next_at": clock.now()}
    values |= FoundFile.reason.columns(None)
    for watch in Watch.objects.prefetch_related("channels"):
        channels = {channel.pk for channel in watch.channels.all()}
        if channels and channels <= clear:
            _held().filter(watch=watch).update(**values)
            Watch.objects.filter(pk=watch.pk).update(restored_at=None)
