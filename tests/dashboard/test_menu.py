"""Each number in the menu leads to a list of exactly the rows that it counts, for members and for the operator."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin import site
from django.test import Client

from accounts.models import Channel, Request, User
from poster import clock
from poster.dashboard.menu import all_entries, menu
from tests import factories

pytestmark = pytest.mark.django_db
COUNTED = {"Posts", "Deliveries", "Watches", "Pictures", "Social accounts", "Drive accounts"}


def wanting(person: User) -> None:
    """Something that waits, in every list; and something that does not."""
    page = factories.channel(person)
    factories.channel(person, state=Channel.State.BLOCKED)
    ending = factories.login(person, "facebook", ends_at=clock.now() + dt.timedelta(hours=1))
    for platform in ("facebook", "instagram"):
        factories.channel(person, platform, credential=ending)
    factories.login(person, "google", state="blocked")
    factories.login(person, "google")
    for number, state in enumerate(("broken", "active", "broken")):
        watch = factories.watch(person, page, name=f"Watch {number}", state=state)
    for state in ("held", "taken"):
        factories.file(person, watched_by=watch, state=state)
    for state in ("needs_you", "blocked", "queued"):
        factories.delivery(factories.post(person, page), page, state)
    factories.post(person, page)
    factories.wordless(person, page, wants="person")
    factories.wordless(person, page)
    Request.objects.create(code=f"R-{person.name}", kind="access", due_at=clock.now())


@pytest.mark.parametrize("operator", [False, True], ids=["member", "operator"])
def test_every_number_leads_to_exactly_its_rows(operator: bool, rf) -> None:
    me, other = factories.person("Mia", operator=operator), factories.person("Otto")
    for person in (me, other):
        wanting(person)
    request = rf.get("/")
    request.user = me
    lines = {line.label: line for _, group in menu(site, request) for line in group}
    numbered = {label: line for label, line in lines.items() if line.count}
    assert set(numbered) == COUNTED | ({"Data requests"} if operator else set())
    client = Client()
    client.force_login(me)
    shown = {label: client.get(line.url).context["cl"].result_count for label, line in numbered.items()}
    assert shown == {label: int(line.count) for label, line in numbered.items()}
    assert shown["Social accounts"] == 3
    assert {entry.label for _, entries in all_entries() for entry in entries} >= set(shown)
