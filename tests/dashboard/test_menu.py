"""Each number in the menu leads to a list of exactly the rows that it counts, for members and for the operator."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, Request, User
from poster import clock
from poster.dashboard.menu import Line, menu
from poster.manifests import MORE
from tests import factories

pytestmark = pytest.mark.django_db
COUNTED = {"Posts", "Deliveries", "Sources", "Found pictures", "Social accounts", "Drive accounts"}


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
    listed = [line for _, group in menu(site, request) for line in group]
    lines = {line.label: line for each in listed for line in (each.sections or (each,))}
    numbered = {label: line for label, line in lines.items() if line.count}
    assert set(numbered) == COUNTED | ({"Data requests"} if operator else set())
    client = Client()
    client.force_login(me)
    shown = {label: client.get(line.url).context["cl"].result_count for label, line in numbered.items()}
    assert shown == {label: int(line.count) for label, line in numbered.items()}
    assert shown["Social accounts"] == 3


def of(person: User, rf) -> list[tuple[str, list[Line]]]:
    request = rf.get("/")
    request.user = person
    return [(str(title), lines) for title, lines in menu(site, request)]


@pytest.mark.parametrize("operator", [False, True], ids=["member", "operator"])
def test_the_first_group_is_what_a_shop_needs_every_day_in_its_order(operator: bool, rf) -> None:
    (title, first), (more, _), *install = of(factories.person("Mia", operator=operator), rf)
    assert title == ""
    wanted = ["Overview", "Posts", "Calendar", "Library", "Sources", "Accounts", "Settings"]
    assert [line.label for line in first] == wanted
    assert [line.label for line in first if line.on_a_phone] == wanted[:4]
    assert str(more) == str(MORE)
    assert len(install) == operator


def test_accounts_are_one_line_that_leads_to_the_section_that_wants_somebody(rf) -> None:
    mia = factories.person("Mia")
    accounts = {line.label: line for line in of(mia, rf)[0][1]}["Accounts"]
    assert [line.label for line in accounts.sections] == ["Social accounts", "Drive accounts"]
    assert accounts.url == accounts.sections[0].url
    factories.login(mia, "google", state="blocked")
    accounts = {line.label: line for line in of(mia, rf)[0][1]}["Accounts"]
    assert (accounts.url, accounts.count) == (accounts.sections[1].url, "1")


def test_whose_a_row_is_is_asked_only_where_there_are_several_people(operator, browser) -> None:
    factories.watch(operator)
    client, where = browser(operator), reverse("admin:watches_watch_changelist")
    assert "whose" not in client.get(where).context["cl"].list_display
    factories.person("Mia")
    assert "whose" in client.get(where).context["cl"].list_display
