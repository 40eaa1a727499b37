"""A list of a million rows costs what a list of a thousand does: by the plans of the database, never by the clock."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from operations.privacy import inventory
from poster import clock
from poster.dashboard.long_lists import LOOKED_THROUGH, ShortPaginator
from poster.dashboard.scoping import OFFERED
from poster.ledger.security_log import Kind
from poster.models import Event
from publishing.models import Post, PostTag, Tag
from tests import factories
from watches.arrivals import ARRIVING, arriving
from watches.models import FoundFile, SourceCursor, Watch

pytestmark = pytest.mark.django_db
LONG = ("publishing_post", "publishing_delivery", "watches_foundfile", "writing_suggestion", "poster_event")
WHOLE = tuple(f"SCAN {table}" for table in (*LONG, "outbox_outgoing"))
ASKS_THE_WORDS = re.compile(r"VIRTUAL TABLE INDEX \d+:[<>M]")
SORTED = "USE TEMP B-TREE FOR ORDER BY"
NEWEST = '"created_at" DESC, "'
ASKED = ("", "?q=bread", "?before=2026-01-01T00:00:00%2B00:00,")
FURTHER = re.compile(r'<p class="further">.*?href="([^"]+)"', re.DOTALL)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="it reads SQLite's plans")


def address(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


def further(response: Any) -> str:
    """Where the list says that it goes on; "" where it does not."""
    found = FURTHER.search(response.content.decode())
    return unescape(found[1]) if found else ""


def plans(ask: Any) -> list[tuple[str, list[str]]]:
    """All that it asks, each with its plan."""
    found: list[tuple[str, list[str]]] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                found.append((sql, [str(row[3]) for row in cursor.fetchall()]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        ask()
    return found


@on_sqlite
@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("name", LONG)
def test_a_long_list_is_read_along_an_index_whoever_asks(name, query, alice, operator, browser) -> None:
    factories.everything(alice)
    for person in (alice, operator):
        client = browser(person)
        found = plans(lambda client=client: client.get(address(name) + query))
        steps = [step for _, plan in found for step in plan if not ASKS_THE_WORDS.search(step)]
        whole = [step for step in steps if step.startswith(WHOLE) and "_by_time" not in step]
        lists = [plan for sql, plan in found if f'FROM "{name}"' in sql and NEWEST in sql and " IN (" not in sql]
        assert whole == []
        assert [plan for plan in lists if SORTED in plan] == []


@on_sqlite
@pytest.mark.parametrize(
    ("name", "query", "index"),
    [
        ("publishing_delivery", "stage=cancelled", "outgoing_state_by_time"),
        ("watches_foundfile", "stage=aside", "found_file_state_by_time"),
        ("publishing_delivery", "platform=facebook", "outgoing_by_platform"),
    ],
)
def test_a_filter_has_an_index_that_gives_its_order(name, query, index, alice, operator, browser) -> None:
    factories.everything(alice)
    client = browser(alice if index == "outgoing_by_platform" else operator)
    found = plans(lambda: client.get(f"{address(name)}?{query}"))
    lists = [plan for sql, plan in found if f'FROM "{name}"' in sql and NEWEST in sql]
    assert lists
    for plan in lists:
        assert any(index in step for step in plan)
        assert SORTED not in plan


def posts(owner: User, many: int) -> None:
    """So many, ten of each moment."""
    now = clock.now()
    rows = [
        Post(owner=owner, text=f"No. {number}", created_at=now - dt.timedelta(seconds=number // 10))
        for number in range(many)
    ]
    Post.objects.bulk_create(rows, batch_size=500)


def test_the_last_page_leads_to_what_is_older_and_no_row_is_left_out(alice, browser) -> None:
    client, where, many = browser(alice), address("publishing_post"), ShortPaginator.MOST + 3
    posts(alice, many)
    assert further(client.get(where)) == ""
    last = client.get(f"{where}?p={ShortPaginator.MOST // 40}")
    older = client.get(where + further(last))
    shown = Post.objects.order_by("-created_at", "-id")
    assert [row.pk for row in last.context["cl"].result_list] == [row.pk for row in shown[many - 43 : many - 3]]
    assert [row.pk for row in older.context["cl"].result_list] == [row.pk for row in shown[many - 3 :]]
    assert further(older) == ""
    assert "Before" in older.content.decode()


def test_a_place_in_a_list_that_somebody_made_up_is_none(alice, browser) -> None:
    factories.post(alice)
    for made_up in ("x", "2026-01-01,", "2026-01-01T00:00:00Z,x", "9999-99-99T00:00:00Z"):
        response = browser(alice).get(f"{address('publishing_post')}?before={made_up}")
        assert (response.status_code, response.context["cl"].result_count) == (200, 1)


def test_a_list_has_no_order_that_no_index_gives(alice, browser) -> None:
    response = browser(alice).get(f"{address('publishing_post')}?o=3")
    assert response.context["cl"].queryset.query.order_by == ("-created_at", "-id")


@pytest.mark.slow
def test_a_search_looks_through_the_newest_and_leads_further_back(alice, browser) -> None:
    now = clock.now()
    Event.objects.bulk_create(
        Event(
            kind=Kind.SIGN_IN, person=alice.pk, browser=f"No. {number}", created_at=now - dt.timedelta(seconds=number)
        )
        for number in range(LOOKED_THROUGH + 30)
    )
    client, where = browser(alice), address("poster_event")
    first = client.get(f"{where}?q=No.+{LOOKED_THROUGH + 20}")
    assert "newest 20,000 were looked through" in " ".join(first.content.decode().split())
    assert first.context["cl"].result_count == 0
    assert client.get(where + further(first)).context["cl"].result_count == 1
    found = client.get(f"{where}?q=No.+17").context["cl"]
    assert 0 < found.result_count <= ShortPaginator.MOST


def test_what_was_found_is_not_looked_for_again_to_count_it(alice, browser) -> None:
    client = browser(alice)
    asked: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        client.get(f"{address('poster_event')}?q=sign")
    assert len([sql for sql in asked if "LIKE" in sql.upper()]) == 1


def test_a_filter_offers_some_and_what_is_chosen(alice, browser) -> None:
    stream = SourceCursor.objects.create(owner=alice, source="folder", key="/srv")
    names = [f"Watch {number:03}" for number in range(OFFERED + 10)]
    made = Watch.objects.bulk_create(Watch(owner=alice, stream=stream, name=name, place_id="/srv") for name in names)
    factories.post(alice)
    html = browser(alice).get(address("publishing_post")).content.decode()
    assert [name for name in names if name in html] == names[:OFFERED]
    chosen = browser(alice).get(f"{address('publishing_post')}?watch__id__exact={made[-1].pk}").content.decode()
    assert [name for name in names if name in chosen] == [*names[:OFFERED], names[-1]]


def test_a_filter_through_a_table_between_finds_each_post_once(alice, browser) -> None:
    page, other = factories.channel(alice), factories.channel(alice)
    wanted = factories.post(alice, page, other)
    wanted.variants.create(channel=page, placement="story")
    factories.post(alice, other)
    tag = Tag.objects.create(owner=alice, name="bread")
    PostTag.objects.create(post=wanted, tag=tag)
    for query in (f"channels__id__exact={page.pk}", f"tags__id__exact={tag.pk}"):
        listed = browser(alice).get(f"{address('publishing_post')}?{query}").context["cl"]
        assert [row.pk for row in listed.result_list] == [wanted.pk]
    assert browser(alice).get(f"{address('publishing_post')}?channels__id__exact=x").status_code == 302


def test_what_a_caption_cost_is_asked_once_for_a_page(alice, browser) -> None:
    for _ in range(3):
        factories.words_for(factories.post(alice))
    client = browser(alice)
    plan: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        plan.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        client.get(address("writing_suggestion"))
    assert len([sql for sql in plan if "writing_aicall" in sql]) == 1


def kinds_of_files(person: User) -> QuerySet[FoundFile]:
    """Of each kind that is on its way to a post, and of those that are not."""
    watch = factories.watch(person)
    factories.wordless(person, watch=watch)  # is described
    factories.post(person, picture=factories.asset(person, watched_by=watch))  # has its words
    for state in FoundFile.State:
        factories.file(person, watched_by=watch, state=state)
    factories.file(person, watched_by=watch, gone_at=clock.now())
    return FoundFile.objects.filter(owner=person)


def test_what_is_on_its_way_to_a_post_is_counted_in_parts(alice) -> None:
    files = kinds_of_files(alice)
    parts = [set(rows.values_list("pk", flat=True)) for rows in arriving(files)]
    assert set.union(*parts) == set(files.filter(ARRIVING).values_list("pk", flat=True))
    assert sum(map(len, parts)) == len(set.union(*parts)) == 4


def test_the_front_page_reads_only_the_watches_that_something_is_wrong_with(alice, browser) -> None:
    for _ in range(3):
        factories.watch(alice, name=f"Well {_}")
    factories.watch(alice, state="broken", name="Broken")
    html = browser(alice).get(reverse("admin:index")).content.decode()
    assert "Broken" in html
    assert "Well" not in html


@on_sqlite
def test_the_front_page_reads_nothing_whole(alice, browser) -> None:
    page = factories.channel(alice)
    for state in ("queued", "published", "failed", "checking"):
        factories.delivery(factories.post(alice, page, state="approved"), page, state)
    client = browser(alice)
    told = plans(lambda: client.get(reverse("admin:index")))
    assert len(told) > 10
    assert [(sql, plan) for sql, plan in told if any(step in WHOLE for step in plan)] == []
    of_posts = [plan for sql, plan in told if 'FROM "publishing_delivery"' in sql and '"post_id" IN' in sql]
    assert len(of_posts) > 1
    assert [plan for plan in of_posts if "(post_id=?)" not in plan[0]] == []


def test_ones_data_is_counted_no_further_than_a_page_says(alice) -> None:
    posts(alice, inventory.MOST + 1)
    factories.channel(alice)
    told = {kind.name: number for kind, number in inventory.told(alice)}
    assert told["posts"] == "more than 1,000"
    assert told["channels"] == "1"
