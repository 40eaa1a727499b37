"""What each list and each page of one row costs a person: found by walking the dashboard, asked in this process.

Of a list every link that leads back into it is a page too: each filter, each order, the last page. Processor time, for
others may be at work on the machine.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from bench.figures import at

TIMES = 10
ENOUGH = 3.0  # seconds of processor time after which a page is not asked again
OF_A_KIND = 2  # links of a list that change the same thing: one filter's first values
# Many rows have the first, few the second, none the third.
SEARCHES = {"common": "da", "seldom": "No. 77", "none": "nothingfits"}
LINK = re.compile(r'href="(\?[^"]+)"')
OTHERS = ("index", "queue")


@dataclass(frozen=True, slots=True)
class Page:
    """One page and what it took: milliseconds of processor time, statements, kilobytes of HTML."""

    who: str
    where: str
    median: float
    p95: float
    queries: int
    size: float


def measure(people: dict[str, User]) -> list[Page]:
    """Each page of each of these people, slowest first."""
    found = [page for who, person in people.items() for page in _pages_of(who, person)]
    return sorted(found, key=lambda page: page.p95, reverse=True)


def _pages_of(who: str, person: User) -> Iterator[Page]:
    client = Client(SERVER_NAME="127.0.0.1", SERVER_PORT=str(settings.PORT))
    client.force_login(person)
    for name, where in _addresses(client, person):
        if page := _asked(client, who, name, where):
            yield page


def _addresses(client: Client, person: User) -> Iterator[tuple[str, str]]:
    """Names and addresses of all pages."""
    yield from ((f"admin:{name}", reverse(f"admin:{name}")) for name in OTHERS)
    yield from ((name, reverse(name)) for name in ("my_account",))
    for model, admin in site._registry.items():
        known: Any = admin
        named, label = f"admin:{model._meta.app_label}_{model._meta.model_name}", str(model._meta.verbose_name_plural)
        where = reverse(f"{named}_changelist")
        answer = client.get(where)
        if answer.status_code != 200:
            continue
        yield f"{label}, list", where
        yield from ((f"{label}, {link}", where + link) for link in _links(answer.content.decode()))
        if known.search_fields:
            yield from ((f"{label}, search ({what})", f"{where}?q={words}") for what, words in SEARCHES.items())
        if known.may_add:
            yield f"{label}, add", reverse(f"{named}_add")
        request: Any = answer.wsgi_request
        row = known.get_queryset(request).order_by("-created_at").first()
        pages = ("change", "history", "delete") if known.may_delete else ("change", "history")
        yield from ((f"{label}, {page}", reverse(f"{named}_{page}", args=[row.pk])) for page in pages if row)


def _links(html: str) -> list[str]:
    """A few for each thing that links of a list change."""
    kinds: dict[str, list[str]] = {}
    for each in LINK.findall(html):
        link = unescape(each)
        kinds.setdefault(link.partition("=")[0], []).append(link)
    return [link for links in kinds.values() for link in (*dict.fromkeys(links[:OF_A_KIND]), links[-1])]


def _asked(client: Client, who: str, name: str, where: str) -> Page | None:
    """None when it leads elsewhere."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(where)
    if answer.status_code != 200:
        return None
    asked = len(queries)  # later requests forget them
    took: list[float] = []
    while len(took) < TIMES and (len(took) < 2 or sum(took) < ENOUGH):
        began = time.process_time()
        client.get(where)
        took.append(time.process_time() - began)
    spent = sorted(1000 * each for each in took)
    return Page(who, name, at(spent, 0.5), at(spent, 0.95), asked, len(answer.content) / 1000)
