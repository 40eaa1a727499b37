"""Mails about what failed: one for each cause, not for each post.

A cause that was told is not told again as long as something of before that mail is still there; when all of it was
mended or put aside, and the same happens once more, it is: what counts is when something ended, not when it was due.
What ended long ago is no news: nobody is told. A mail that waits for the morning goes when all of its cause is mended.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import notices
from accounts.local_time import read_by
from accounts.models import Notice, User
from outbox.models import LedgerEntry
from poster import clock
from poster.work import mishaps
from poster.work.time_budget import Over
from publishing.causes import explained
from publishing.failures import Failure, failures
from publishing.models import Delivery, PostAsset
from watches.models import FoundFile

NEWS = dt.timedelta(days=7)  # a post that should have gone out before is no news
PLANNED = dt.timedelta(days=92)  # so long ago it may have been approved
PICTURES = dt.timedelta(days=3)
ALIKE = 100  # of a person and a state: so many are looked at
MOST = 5  # posts that a mail names
UNTOLD = "What failed could not be told to a person"
ABOUT = "failed:"  # then the cause, and what of it ended first
State = Delivery.State


def tell(over: Over) -> int:
    """Mail each person the causes that they were not told of. Returns how many mails went out at once."""
    sent = 0
    for person in User.objects.filter(pk__in=_whose(), is_active=True).exclude(on_failure=User.Wish.NEVER):
        if over():
            break
        with mishaps.survived(UNTOLD), read_by(person):
            sent += _tell_all(person)
    return sent


def _tell_all(person: User) -> int:
    rows, files = _of(person)
    causes = {_cause(failure): failure for failure in failures(rows, files)}
    numbers = Counter([*(row.state for row in rows), *(file.state for file in files)])
    unseen = {state for state, number in numbers.items() if number >= ALIKE}  # of these there may be more
    if not unseen:
        notices.forget_mended(ABOUT, standing=causes, owner=person.pk)
    return sum(
        _tell(person, cause, failure, more="+" if failure.rows[0].state in unseen else "")
        for cause, failure in causes.items()
    )


def _whose() -> set[UUID]:
    """Who has any, or would be told of some: one question for each state, which an index answers."""
    people = set(notices.waiting_of(ABOUT))
    for state in State.for_people():
        people |= set(_deliveries(state).order_by().values_list("owner", flat=True).distinct())
    return people | set(_files().order_by().values_list("owner", flat=True).distinct())


def _deliveries(state: str) -> Any:  # noqa: ANN401 - the manager's own queryset
    """What waits for a login is told with the login. What was tried once more is news, whenever it was due."""
    since = clock.now() - NEWS
    new = Q(due_at__gt=since)
    if state in State.revivable():
        new |= Q(next_at__gt=since)  # nobody moves that any more
    rows = Delivery.objects.filter(new, state=state, created_at__gt=clock.now() - PLANNED)
    return rows.exclude(explained()) if state == State.BLOCKED else rows


def _files() -> Any:  # noqa: ANN401 - the manager's own queryset
    return FoundFile.objects.filter(state=FoundFile.State.SKIPPED, next_at__gt=clock.now() - PICTURES)


def _of(person: User) -> tuple[list[Delivery], list[FoundFile]]:
    items = Prefetch("post__items", PostAsset.objects.only("post_id", "asset_id", "position"))
    rows = [
        row
        for state in State.for_people()
        for row in _deliveries(state)
        .filter(owner=person)
        .order_by("-created_at")
        .prefetch_related("post", items)[:ALIKE]
    ]
    return rows, list(_files().filter(owner=person).order_by("-next_at")[:ALIKE])


def _tell(person: User, cause: str, failure: Failure, *, more: str) -> bool:
    """`more`: "+" where there are perhaps more of it than were looked at."""
    told = Notice.objects.filter(owner=person, about__startswith=cause).order_by("-created_at").first()
    if told is not None and told.sent_at is None:
        about = told.about
    else:
        moments = _moments(failure)
        first, key = min((moments[row.pk], row.pk.hex) for row in failure.rows)
        if told is not None and first <= max(told.created_at, told.asked_at):  # so far its words went
            return False
        about = f"{cause}{first:%Y%m%d%H%M%S%f}:{key}"
    subject, words = _subject(failure, f"{failure.number}{more}"), _words(failure, more)
    return notices.warn_once(person, kind=Notice.Kind.FAILED, about=about, subject=subject, words=words)


def _moments(failure: Failure) -> Mapping[UUID, dt.datetime]:
    """Since when each is as it is: a file since it was let go last, a delivery since the line that says its state."""
    if isinstance(failure.rows[0], FoundFile):
        return {file.pk: max(file.created_at, file.next_at) for file in failure.rows}
    lines = LedgerEntry.objects.filter(outgoing=OuterRef("pk")).order_by().values("outgoing")
    other = lines.exclude(Q(state="") | Q(state=OuterRef("state"))).values(last=Max("number"))
    rows = Delivery.objects.filter(pk__in=[row.pk for row in failure.rows]).annotate(
        before=Coalesce(Subquery(other), 0)
    )
    same = lines.filter(state=OuterRef("state"), number__gt=OuterRef("before")).values(first=Min("created_at"))
    since = Coalesce(Subquery(same), F("due_at"))
    return dict(rows.order_by().values_list("pk", since))


def _cause(failure: Failure) -> str:
    """How what is told of it begins: the words of why, as short as an `about` has room for."""
    digest = hashlib.sha256("\n".join(map(str, failure.why)).encode()).hexdigest()[:16]
    return f"{ABOUT}{digest}:"


def _subject(failure: Failure, number: str) -> str:
    if not failure.place:
        return ngettext("%s picture was not taken", "%s pictures were not taken", failure.number) % number
    if failure.rows[0].state == State.NEEDS_YOU:
        return _("Is it out? Look at %(place)s") % {"place": _in_one_line(failure.place)}
    told = ngettext(
        "%(number)s post did not go out: %(place)s", "%(number)s posts did not go out: %(place)s", failure.number
    )
    return told % {"number": number, "place": _in_one_line(failure.place)}


def _words(failure: Failure, more: str) -> str:
    names = [_in_one_line(getattr(row, "text", "") or getattr(row, "name", "")) for row in failure.rows[:MOST]]
    facts = {"failure": failure, "names": names, "unnamed": failure.number - len(names), "more": more}
    return render_to_string("publishing/email/failed.txt", facts).strip()


def _in_one_line(text: str) -> str:
    """What somebody wrote, or called their page, for a subject or a list."""
    return " ".join(text.split())
