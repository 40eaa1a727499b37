"""S38: what the list of deliveries finds can be taken as a file, and no cell becomes a formula in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from copy import copy
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import Channel, User
from outbox.models import Outgoing
from poster.dashboard.downloads import neutral
from poster.dashboard.long_lists import LOOKED_THROUGH, ShortPaginator
from poster.models import Event
from publishing.models import Delivery
from tests import factories
from tests.facts import Said

FORMULAS = [
    '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "  =1", "\uff1d1", "\u00a0=1",
]  # fmt: skip
CSV, JSON = reverse("admin:publishing_delivery_csv"), reverse("admin:publishing_delivery_json")
LIST = reverse("admin:publishing_delivery_changelist")
Row = dict[str, Any]


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
    return browser(alice).post(CSV)


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def as_csv(client: Client, query: str = "") -> list[Row]:
    return list(csv.DictReader(io.StringIO(text_of(client.post(CSV + query)), newline="")))


def as_json(client: Client, query: str = "") -> list[Row]:
    found: list[Row] = json.loads(text_of(client.post(JSON + query)))
    return found


def ids(rows: list[Row]) -> list[str]:
    return [row["id"] for row in rows]


def listed(client: Client, query: str = "") -> list[str]:
    """What all pages of the list show, read as a person does: page by page, and on to what is older."""
    shown, query = list[str](), query or "?"
    while query:
        page = client.get(LIST + query)
        shown += [str(row.pk) for row in page.context["cl"].result_list]
        listed = page.context["cl"]
        more = listed.page_num < listed.paginator.num_pages
        query = listed.get_query_string({"p": listed.page_num + 1}) if more else listed.further
    return shown


def test_every_row_of_ones_own_is_in_it_and_nobody_elses(taken, alice) -> None:
    told = text_of(taken)
    head, *rows = csv.reader(io.StringIO(told, newline=""))
    assert (len(rows), {len(row) for row in rows}) == (len(FORMULAS), {len(head)})
    assert "Bob" not in told
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@\uff1d")]
    assert taken["Content-Type"].startswith("text/csv")
    assert taken["Content-Disposition"] == 'attachment; filename="deliveries.csv"'
    assert Event.objects.get().person == alice.pk


def test_the_json_says_cell_for_cell_what_the_csv_says(taken, alice, browser) -> None:
    page = factories.channel(alice, name='Café \u2028 "Ünter"')
    factories.delivery(factories.post(alice, page, text="Line\r\nline\0"), page, "published")
    client = browser(alice)
    answer = client.post(JSON)
    assert answer.streaming
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="deliveries.json"'
    found, table = json.loads(text_of(answer)), as_csv(client)
    assert len(found) == len(FORMULAS) + 1
    for row, cells in zip(found, table, strict=True):
        assert list(row) == list(cells)
        times = {name: row[name] and dt.datetime.fromisoformat(row[name]) for name in ("due", "published")}
        assert all(time is None or time.tzinfo for time in times.values())
        told = {name: time and time.strftime("%Y-%m-%d %H:%M:%S") for name, time in times.items()}
        assert {name: neutral(cell) for name, cell in {**row, **told}.items()} == cells


def test_its_times_are_those_of_the_pages(alice, browser, settings) -> None:
    """Also of a person in a zone of their own, when their request is over before the file is."""
    settings.TIME_ZONE = "Asia/Tokyo"
    page = factories.channel(alice)
    late = dt.datetime(2026, 5, 31, 23, 30, tzinfo=dt.UTC)
    factories.delivery(factories.post(alice, page), page, "published", due_at=late, published_at=late)
    assert text_of(browser(alice).post(CSV)).count("2026-06-01 08:30:00") == 2
    User.objects.filter(pk=alice.pk).update(time_zone="America/New_York")
    [row] = as_json(browser(alice))
    assert (row["due"], row["published"]) == ("2026-05-31T19:30:00-04:00",) * 2
    assert text_of(browser(alice).post(CSV)).count("2026-05-31 19:30:00") == 2


@pytest.fixture
def history(alice) -> Channel:
    """Alice's, of several states and channels; the channel is one of them."""
    one, other = factories.channel(alice, name="Bakery"), factories.channel(alice, "threads", name="Short ones")
    for number, state in enumerate(("published", "failed", "needs_you", "published", "queued")):
        for page in (one, other):
            words = "Bread & butter" if number % 2 else "Rolls"
            factories.delivery(factories.post(alice, page, text=words), page, state)
    return one


@pytest.mark.parametrize(
    "query",
    [
        "?stage=published", "?stage=wrong", "?stage=you", "?platform=threads", "?wants=me", "?q=bread",
        "?q=%26+bread&stage=wrong", "?q=cake", "?before=2026-01-01T00:00:00%2B00:00,", "?p=1&stage=way", "?o=1",
    ],
)  # fmt: skip
def test_it_holds_what_the_list_shows_in_its_order(history, query, alice, bob, browser) -> None:
    factories.delivery(factories.post(bob, factories.channel(bob), text="Bread"), factories.channel(bob), "published")
    client = browser(alice)
    shown = listed(client, query)
    assert ids(as_csv(client, query)) == ids(as_json(client, query)) == shown
    assert len(shown) < 10 or query == "?o=1"


def test_by_channel_too(history, alice, browser) -> None:
    rows = as_json(browser(alice), f"?channel__id__exact={history.pk}")
    assert [row["channel"] for row in rows] == ["Bakery"] * 5


def test_nothing_found_is_an_empty_array_and_a_head_alone(alice, browser) -> None:
    client = browser(alice)
    assert as_json(client, "?q=cake") == []
    assert text_of(client.post(f"{CSV}?q=cake")).count("\n") == 1


def test_the_list_has_buttons_that_keep_its_address_and_a_link_does_nothing(history, alice, browser) -> None:
    client = browser(alice)
    page = html.fromstring(client.get(f"{LIST}?stage=published&q=%26+bread&p=1").content)
    [form] = [each for each in page.forms if (each.action or "").startswith(CSV)]
    places = [form.action, *form.xpath(".//button/@formaction")]
    assert places == [f"{CSV}?stage=published&q=%26+bread", f"{JSON}?stage=published&q=%26+bread"]
    for where in (CSV, JSON):
        assert client.get(where)["Location"] == LIST
    assert not Event.objects.exists()


def test_a_forged_filter_brings_nothing_of_others(history, alice, bob, browser) -> None:
    """By a row of somebody else it finds nothing; by what is not offered, the list itself refuses."""
    client = browser(bob)
    for _ in range(2):  # so that the filter is offered to them
        factories.channel(bob)
    post = Delivery.objects.filter(owner=alice)[0].post
    for where in (CSV, JSON):
        told = text_of(client.post(f"{where}?channel__id__exact={history.pk}"))
        assert (told.count("\n"), "Bread" in told) == (1, False)
        for query in (f"owner__id__exact={alice.pk}", f"post__id__exact={post.pk}", "owner__email=a", "text__gte=A"):
            assert client.post(f"{where}?{query}").status_code == 400
        assert client.post(f"{where}?channel__id__exact=x")["Location"] == f"{LIST}?e=1"
    assert Event.objects.filter(person=bob.pk, kind="export").count() == 2


def test_the_operator_gets_what_they_see_with_whose_it_is(history, alice, bob, operator, browser) -> None:
    page = factories.channel(bob)
    factories.delivery(factories.post(bob, page), page, "published")
    client = browser(operator)
    assert {row["owner"] for row in as_csv(client)} == {str(alice), str(bob)}
    assert ids(as_json(client)) == listed(client)
    query = f"?owner__id__exact={bob.pk}"
    assert [row["owner"] for row in as_json(client, query)] == [str(bob)]
    assert "owner" not in as_csv(browser(bob))[0]


def a_long_history(owner: User, number: int) -> Delivery:
    """So many of one source that went out, three of each moment: copies of the one that is given back."""
    page = factories.channel(owner)
    post = factories.post(owner, page, picture=factories.asset(owner, watched_by=factories.watch(owner)), text="Bread")
    first = factories.delivery(post, page, "published")
    outgoing = Outgoing.objects.get(pk=first.pk)
    began, copies = outgoing.created_at, []
    for each in range(number):
        copied = copy(outgoing)
        copied.pk, copied.dedupe, copied.remote_id = uuid4(), f"copy {each:06}", f"copy {each:06}"
        copied.created_at = began - dt.timedelta(seconds=each // 3)
        copies.append(copied)
    Outgoing.objects.bulk_create(copies, batch_size=500)
    fields = ", ".join(field.column for field in Delivery._meta.local_concrete_fields if not field.primary_key)
    known = Delivery._meta.get_field("outgoing_ptr").get_db_prep_value(first.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO publishing_delivery (outgoing_ptr_id, {fields}) "  # noqa: S608 - names of ours
            f"SELECT o.id, {', '.join(f'd.{name}' for name in fields.split(', '))} FROM outbox_outgoing o "
            "JOIN publishing_delivery d ON d.outgoing_ptr_id = %s WHERE o.id <> d.outgoing_ptr_id",
            [known],
        )
    return first


def whole_history() -> list[str]:
    rows = Delivery.objects.order_by("-created_at", "-dedupe").values_list("pk", flat=True)
    return [str(pk) for pk in rows]


@pytest.mark.parametrize("query", ["", "?q=bread", "?stage=published"])
def test_it_is_read_in_parts_each_of_what_a_page_leads_to(query, alice, browser) -> None:
    a_long_history(alice, ShortPaginator.MOST + 5)
    asked: list[str] = []

    def look(run: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return run(sql, *rest)

    with connection.execute_wrapper(look):
        assert ids(as_json(browser(alice), query)) == whole_history()
    reads = [sql for sql in asked if '"publishing_delivery"."text"' in sql]
    assert len(reads) == 2
    assert all(f"LIMIT {ShortPaginator.MOST}" in sql for sql in reads)


@pytest.mark.slow
def test_it_goes_through_all_where_a_page_goes_through_the_newest(alice, browser) -> None:
    first, client = a_long_history(alice, LOOKED_THROUGH + 5), browser(alice)
    source = f"?post__watch__id__exact={first.post.watch_id}"
    assert client.get(LIST + source).context["cl"].looked_through
    assert ids(as_json(client, source)) == whole_history()
