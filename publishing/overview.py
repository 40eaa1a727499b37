"""The front page: what waits for me, what goes out next, what went wrong, what went out; and the month in figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from media.models import Asset
from poster import clock
from poster.dashboard import queue
from poster.web.post_only import post_only
from publishing import first_steps, month_strip
from publishing.calendar import glance, showing
from publishing.causes import causes, explained
from publishing.failures import failures
from publishing.models import Delivery, Post, PostAsset
from watches.arrivals import arriving
from watches.models import FoundFile, Watch
from watches.sources import of_this_machine

FEW = 6
SOME = 8
ALIKE = 40  # of what ended badly: so many are looked at, to show each cause once
MANY = 100  # counted no further
LATELY = dt.timedelta(days=14)
PICTURES_LATELY = dt.timedelta(days=3)

State = Delivery.State
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Part:
    """The first few rows of something, and how many there are (counted to 100)."""

    rows: list[Any]
    total: int

    @property
    def said(self) -> str:
        return f"{MANY - 1}+" if self.total >= MANY else str(self.total)


def front_page(request: HttpRequest) -> dict[str, Any]:
    """Everything the front page of this person shows."""
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - the dashboard lets nobody else in
    waits, wrong = waiting(person), went_wrong(person)
    channels = showing.channels_of(person)
    out = glance.lately(person, channels)
    return {
        **waits,
        "arriving": _arriving(person),
        "coming": glance.coming(person, channels),
        "on_its_way": _part(_deliveries(person).live(), 0),
        **wrong,
        "failures": failures(wrong["failed"].rows, wrong["skipped"].rows)[:SOME],
        "published": out,
        "strip": month_strip.of(person, channels, out[0].post) if out else None,
        "waiting_total": sum(part.total for part in waits.values()),
        "wrong_total": sum(part.total for part in wrong.values()),
        "steps": first_steps.of(request, person),
        "new": not (out or _has_pictures(person)),
        "inbox": _inbox(person),
        "health": queue.health() if person.is_superuser else None,
    }


@post_only("admin:index")
def put_steps_away(request: HttpRequest) -> HttpResponse:
    """The first steps are not shown any more. By a button alone."""
    first_steps.put_away(request)
    return redirect("admin:index")


def waiting(person: User) -> dict[str, Part]:
    """What only this person can decide."""
    items = Prefetch("items", PostAsset.objects.select_related("asset"))
    files = FoundFile.objects.filter(owner=person)
    drafts = Post.objects.waiting().filter(owner=person).prefetch_related(items, "variants__channel")
    return {
        "drafts": _part(drafts, FEW),
        "doubtful": _part(_deliveries(person).filter(state=State.NEEDS_YOU), FEW),
        "pictures": _newest([files.filter(state=FoundFile.State.HELD)], FEW),
    }


def went_wrong(person: User) -> dict[str, Part]:
    """What did not go as it should in the last days, and what is broken now."""
    recent = _deliveries(person).filter(created_at__gt=clock.now() - LATELY)
    skipped = FoundFile.objects.filter(
        owner=person, state=FoundFile.State.SKIPPED, created_at__gt=clock.now() - PICTURES_LATELY
    )
    held_up = causes(person)
    blocked = recent.filter(state=State.BLOCKED).exclude(explained())
    return {
        "causes": Part(held_up, len(held_up)),
        "failed": _newest([recent.filter(state=State.FAILED), recent.filter(state=State.MISSED), blocked], ALIKE),
        "skipped": _newest([skipped], ALIKE),
    }


def _has_pictures(person: User) -> bool:
    return FoundFile.objects.filter(owner=person).exists() or Asset.objects.filter(owner=person).exists()


def _inbox(person: User) -> str:
    """The folder of this machine that one of their watches looks into; "" when there is none."""
    watch = Watch.objects.filter(owner=person, stream__source__in=of_this_machine()).order_by("-created_at")
    return watch.values_list("place_id", flat=True).first() or ""


def _arriving(person: User) -> Part:
    counts = (rows.order_by()[:MANY].count() for rows in arriving(FoundFile.objects.filter(owner=person)))
    return Part([], min(sum(counts), MANY))


def _deliveries(person: User) -> Any:  # noqa: ANN401 - the manager's own queryset
    items = Prefetch("post__items", PostAsset.objects.only("post_id", "asset_id", "position"))
    return Delivery.objects.filter(owner=person).prefetch_related("post", items)


def _newest(of_states: list[Any], few: int) -> Part:
    """Newest first. One question for each state, which the index by owner and state answers in order."""
    parts = [_part(rows.order_by("-created_at"), few) for rows in of_states]
    newest = sorted((row for part in parts for row in part.rows), key=attrgetter("created_at"), reverse=True)
    return Part(newest[:few], min(sum(part.total for part in parts), MANY))


def _part(rows: QuerySet[Row], few: int) -> Part:
    """The count is asked only when there are more than are shown."""
    first = list(rows[: few + 1])
    total = len(first) if len(first) <= few else rows.order_by()[:MANY].count()
    return Part(first[:few], total)
