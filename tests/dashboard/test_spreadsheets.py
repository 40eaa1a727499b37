"""S38: the history can be taken into a spreadsheet, and no cell becomes a formula there."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from poster.dashboard.spreadsheets import neutral
from poster.models import Event
from publishing.models import Delivery
from tests import factories
from tests.facts import Said

FORMULAS = [
    '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "  =1", "\uff1d1", "\u00a0=1",
]  # fmt: skip
WHERE = "admin:publishing_delivery_csv"


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_work_out_is_made_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Bread", "1+1", "https://x.org", "a@b", "'quoted", "#tag"])
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.fixture
def taken(alice, bob, browser):
    page = factories.channel(alice, name='=HYPERLINK("http://evil")')
    wrong = Delivery.reason.columns(Said(words="@SUM(1)"))
    for text in FORMULAS:
        factories.delivery(factories.post(alice, page, text=text), page, "failed", **wrong)
    factories.delivery(factories.post(bob, factories.channel(bob)), factories.channel(bob))
    return browser(alice).post(reverse(WHERE))


def test_every_row_of_ones_own_is_in_it_and_nobody_elses(taken, alice) -> None:
    told = b"".join(taken.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(told, newline=""))
    assert (len(rows), {len(row) for row in rows}) == (len(FORMULAS), {len(head)})
    assert "Bob" not in told
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@\uff1d")]
    assert taken["Content-Type"].startswith("text/csv")
    assert taken["Content-Disposition"] == 'attachment; filename="deliveries.csv"'
    assert Event.objects.get().person == alice.pk


def test_its_times_are_those_of_the_pages(alice, browser, settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    page = factories.channel(alice)
    late = dt.datetime(2026, 5, 31, 23, 30, tzinfo=dt.UTC)
    factories.delivery(factories.post(alice, page), page, "published", due_at=late, published_at=late)
    told = b"".join(browser(alice).post(reverse(WHERE)).streaming_content).decode()
    assert told.count("2026-06-01 08:30:00") == 2


def test_the_list_has_a_button_for_it_and_a_link_does_nothing(alice, browser) -> None:
    client = browser(alice)
    assert reverse(WHERE) in client.get(reverse("admin:publishing_delivery_changelist")).content.decode()
    assert client.get(reverse(WHERE))["Location"] == reverse("admin:publishing_delivery_changelist")
    assert not Event.objects.exists()


def test_the_operator_gets_his_own_rows_too(taken, operator, browser) -> None:
    told = b"".join(browser(operator).post(reverse(WHERE)).streaming_content)
    assert told.count(b"\n") == 1
