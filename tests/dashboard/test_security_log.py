"""The security log: everybody sees his own lines, the operator all of them, nobody changes one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from poster.ledger.security_log import Kind, record
from poster.models import Event
from tests.facts import Told

pytestmark = pytest.mark.django_db
LIST = "admin:poster_event_changelist"


@pytest.fixture
def lines(alice, bob, operator) -> dict[str, Event]:
    return {
        "alice": record(Kind.SIGN_IN, Told(words="Alice signed in."), person=alice.pk),
        "bob": record(Kind.CONNECT, Told(words="Bob connected a page."), person=bob.pk),
        "nobody": record(Kind.SIGN_IN_FAILED, Told(words="Somebody unknown tried.")),
    }


def test_a_person_sees_his_own_lines_and_no_others(lines, bob, browser) -> None:
    page = browser(bob).get(reverse(LIST)).content
    assert b"Bob connected a page." in page
    assert b"Alice" not in page
    assert b"unknown" not in page


@pytest.mark.parametrize("whose", ["alice", "nobody"])
def test_a_line_about_somebody_else_is_not_there(whose, lines, bob, browser) -> None:
    answer = browser(bob).get(reverse("admin:poster_event_change", args=[lines[whose].pk]), follow=True)
    assert lines[whose].sentence.encode() not in answer.content


def test_the_operator_sees_all_lines_with_whose_they_are(lines, operator, browser) -> None:
    page = browser(operator).get(reverse(LIST)).content.decode()
    assert all(line.sentence in page for line in lines.values())
    assert "alice@example.org" in page
    assert browser(operator).get(reverse("admin:poster_event_change", args=[lines["alice"].pk])).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind__exact=connect", {"bob"}),
        ("?q=unknown", {"nobody"}),
        ("?q=alice@example.org", {"alice"}),
        ("?created_at__gte=2999-01-01+00:00:00%2B00:00", set()),
    ],
)
def test_it_can_be_filtered_and_searched(query, found, lines, operator, browser) -> None:
    page = browser(operator).get(reverse(LIST) + query)
    assert page.status_code == 200
    assert {name for name, line in lines.items() if line.sentence in page.content.decode()} == found


def test_nobody_can_add_change_or_delete_a_line(lines, operator, browser) -> None:
    client = browser(operator)
    row = lines["alice"].pk
    assert client.get(reverse("admin:poster_event_add")).status_code == 403
    assert client.post(reverse("admin:poster_event_change", args=[row]), {"sentence": "x"}).status_code == 403
    assert client.post(reverse("admin:poster_event_delete", args=[row]), {"post": "yes"}).status_code == 403
    assert Event.objects.get(pk=row).sentence == "Alice signed in."


def test_what_came_from_outside_is_escaped(operator, browser) -> None:
    record(Kind.REFUSED, Told(words="Came as <svg onload=alert(1)>."))
    assert b"<svg onload" not in browser(operator).get(reverse(LIST)).content
