"""Mails about what failed: one for each cause, not for each post.

A cause that was told is not told again as long as something of before that mail is still there; when all of it was
mended or put aside, and the same happens once more, it is. What ended long ago is no news: nobody is told.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import notices
from accounts.mailer import link
from accounts.models import Notice, User
from poster import clock
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
State = Delivery.State
ENDED = (State.FAILED, State.MISSED, State.BLOCKED, State.NEEDS_YOU)


def tell(over: Over) -> int:
    """Mail each person the causes that they were not told of. Returns how many mails went out at once."""
    sent = 0
    for person in User.objects.filter(pk__in=_whose(), is_active=True).exclude(on_failure=User.Wish.NEVER):
        if over():
            break
        sent += sum(_tell(person, each) for each in _of(person))
    return sent


def _whose() -> set[UUID]:
    """Who has any: one question for each state, which an index answers."""
    people: set[UUID] = set()
    for state in ENDED:
        people |= set(_deliveries(state).order_by().values_list("owner", flat=True).distinct())
    return people | set(_files().order_by().values_list("owner", flat=True).distinct())


def _deliveries(state: str) -> Any:  # noqa: ANN401 - the manager's own queryset
    """What waits for a login is told with the login."""
    now = clock.now()
    rows = Delivery.objects.filter(state=state, created_at__gt=now - PLANNED, due_at__gt=now - NEWS)
    return rows.exclude(explained()) if state == State.BLOCKED else rows


def _files() -> Any:  # noqa: ANN401 - the manager's own queryset
    return FoundFile.objects.filter(state=FoundFile.State.SKIPPED, created_at__gt=clock.now() - PICTURES)


def _of(person: User) -> list[Failure]:
    items = Prefetch("post__items", PostAsset.objects.only("post_id", "asset_id", "position"))
    rows = [
        row
        for state in ENDED
        for row in _deliveries(state)
        .filter(owner=person)
        .order_by("-created_at")
        .prefetch_related("post", items)[:ALIKE]
    ]
    return failures(rows, _files().filter(owner=person).order_by("-created_at")[:ALIKE])


def _tell(person: User, failure: Failure) -> bool:
    cause = f"failed:{_digest(failure)}:"
    told = Notice.objects.filter(owner=person, about__startswith=cause).order_by("-created_at").first()
    oldest = min(failure.rows, key=_moment)
    if told is not None and told.sent_at is not None and _moment(oldest) <= told.created_at:
        return False
    about = told.about if told is not None and told.sent_at is None else f"{cause}{oldest.pk.hex}"
    return notices.warn_once(
        person, kind=Notice.Kind.FAILED, about=about, subject=_subject(failure), words=_words(failure)
    )


def _moment(row: Any) -> dt.datetime:  # noqa: ANN401 - a delivery, or a file
    moment: dt.datetime = getattr(row, "due_at", row.created_at)
    return moment


def _digest(failure: Failure) -> str:
    """The same for all that `failures` puts together, today and tomorrow."""
    row = failure.rows[0]
    about = (failure.place, getattr(row, "watch_id", ""), row.state, row.reason_code, str(row.reason_params))
    return hashlib.sha256("\n".join(map(str, about)).encode()).hexdigest()[:16]


def _subject(failure: Failure) -> str:
    if not failure.place:
        return ngettext("%d picture was not taken", "%d pictures were not taken", failure.number) % failure.number
    if failure.rows[0].state == State.NEEDS_YOU:
        return _("Is it out? Look at %(place)s") % {"place": _in_one_line(failure.place)}
    told = ngettext(
        "%(number)d post did not go out: %(place)s", "%(number)d posts did not go out: %(place)s", failure.number
    )
    return told % {"number": failure.number, "place": _in_one_line(failure.place)}


def _words(failure: Failure) -> str:
    names = [_in_one_line(getattr(row, "text", "") or getattr(row, "name", "")) for row in failure.rows[:MOST]]
    facts = {"failure": failure, "names": names, "more": failure.number - len(names), "page": link("admin:index")}
    return render_to_string("publishing/email/failed.txt", facts).strip()


def _in_one_line(text: str) -> str:
    """What somebody wrote, or called their page, for a subject or a list."""
    return " ".join(text.split())
