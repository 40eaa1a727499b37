"""The whole ledger, line by line: a page of links along their numbers, each with what its line says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model
from django.urls import reverse

from outbox.models import LedgerEntry
from poster.ledger import hash_chain
from poster.models import Event, Link
from publishing.models import Delivery

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `said`: what it says, "" for one that was erased with its person; `url`: the page that it is about."""

    number: int
    made_at: dt.datetime
    kind: str
    said: str
    url: str
    chain: str


def lines(before: int | None) -> tuple[list[Line], int | None]:
    """The newest `PAGE` below this number, and the number that the next page is below; None where it ends."""
    links = Link.objects.order_by("-number")
    found = list((links.filter(number__lt=before) if before else links)[: PAGE + 1])
    page = found[:PAGE]
    said = _said(page)
    kinds = {label: str(model._meta.verbose_name) for label, model in hash_chain.lines().items()}
    pages = _pages([link.about for link in page if link.table == LedgerEntry._meta.label])
    told = [
        Line(
            link.number,
            link.made_at,
            kinds.get(link.table, link.table),
            str(said.get(link.line, "")),
            _url(link, said.get(link.line), pages),
            link.chain,
        )
        for link in page
    ]
    return told, page[-1].number if len(found) > PAGE else None


def _said(page: list[Link]) -> dict[UUID, Model]:
    """The lines of these links, of each table in one question."""
    found: dict[UUID, Model] = {}
    for label, model in hash_chain.lines().items():
        if keys := [link.line for link in page if link.table == label]:
            found |= model._default_manager.in_bulk(keys)
    return found


def _pages(keys: list[UUID]) -> set[UUID]:
    """The deliveries among what lines are about: other kinds have no page of their own here."""
    return set(Delivery.objects.filter(pk__in=keys).values_list("pk", flat=True))


def _url(link: Link, line: Model | None, deliveries: set[UUID]) -> str:
    if link.about in deliveries:
        return reverse("admin:publishing_delivery_change", args=[link.about])
    return reverse("admin:poster_event_change", args=[link.line]) if isinstance(line, Event) else ""
