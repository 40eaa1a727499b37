"""What there is much of after a year is read in pieces, and no more of it than is needed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from io import BytesIO, StringIO
from itertools import product
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

import watches.tasks
from accounts.models import Channel, User
from media.models import Asset
from operations.privacy import export, retention
from outbox import unblocked
from poster import clock
from poster.database import upkeep
from poster.permissions import TERMINAL
from poster.work.fairness import in_turn
from publishing import causes, history
from publishing.delivery.twins import _near, lately_to, twin_of
from publishing.describing.adopting import adopt
from publishing.describing.tasks import words_due
from publishing.models import Delivery, Post, PostAsset
from publishing.posts import composing
from tests import factories
from watches import doctor, due
from watches.models import FoundFile, SourceCursor, Watch
from writing.models import Suggestion

pytestmark = pytest.mark.django_db
State = Delivery.State
CURSOR = '"watches_sourcecursor"."cursor"'


@pytest.fixture
def ann() -> User:
    return factories.person("Ann", operator=True)


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann)


def asked(what: Callable[[], object]) -> list[str]:
    """The statements that it makes."""
    with CaptureQueriesContext(connection) as queries:
        what()
    return [query["sql"] for query in queries.captured_queries]


# --- twins


def delivery(page: Channel, digit: str, state: str = "queued", **columns: Any) -> Delivery:
    """Of a picture that is like another only when the digit is the same."""
    picture = factories.asset(page.owner, sha256=digit * 64)
    return factories.delivery(factories.post(page.owner, page, picture=picture), page, state, **columns)


def test_who_was_compared_is_not_read_again_and_who_came_since_is(page: Channel) -> None:
    for digit in "123":
        delivery(page, digit, "published", committed_at=clock.now())
    mine = delivery(page, "f")
    assert twin_of(mine) is None
    assert not [each for each in asked(lambda: twin_of(mine)) if "renditions" in each]
    other = delivery(page, "f", "published", committed_at=clock.now())
    found = twin_of(mine)
    assert found
    assert found.pk == other.pk


def test_who_was_not_out_when_it_was_compared_is_compared_again(page: Channel) -> None:
    """Until then it may get a rendition that shows what its original did not."""
    elder, mine = delivery(page, "1"), delivery(page, "f")
    assert twin_of(mine) is None
    made = [{"sha256": "f" * 64, "fingerprint": "", "impression": ""}]
    Delivery.objects.filter(pk=elder.pk).update(renditions=made, state="checking", committed_at=clock.now())
    assert twin_of(mine)


def test_what_was_made_for_it_anew_is_compared_with_all(page: Channel) -> None:
    look = "0f0f0f0f0f0f0f0f", "11" * 36
    out = delivery(page, "1", "published", committed_at=clock.now())
    made = {"sha256": "2" * 64, "fingerprint": look[0], "impression": look[1]}
    Delivery.objects.filter(pk=out.pk).update(renditions=[made])
    mine = delivery(page, "f")
    assert twin_of(mine) is None
    mine.renditions = [{**made, "sha256": "3" * 64}]
    assert twin_of(mine)


def test_what_is_of_one_colour_is_compared_with_all_once_it_is_made(page: Channel) -> None:
    """Nobody can tell it by its look, only by its bytes."""
    out = delivery(page, "1", "published", committed_at=clock.now())
    made = {"sha256": "2" * 64, "fingerprint": "", "impression": ""}
    Delivery.objects.filter(pk=out.pk).update(renditions=[made])
    mine = delivery(page, "f")
    assert twin_of(mine) is None
    mine.renditions = [made]
    assert twin_of(mine)


def test_what_is_near_is_said_twice_and_means_the_same(page: Channel) -> None:
    """In SQL for each mark, and to Django for drafts: of all states, ages and times."""
    mine = delivery(page, "f")
    days = [dt.timedelta(days=day) for day in (-9, -3, 0, 3, 9)]
    states = [state for state in State.values if state != State.PUBLISHING]  # of which a channel has one
    for number, (state, made, planned) in enumerate(product(states, days, days)):
        columns = {} if state in {"queued", "blocked", "missed"} else {"committed_at": clock.now() + made}
        row = delivery(page, "0", state, due_at=clock.now() + planned, **columns)
        Delivery.objects.filter(pk=row.pk).update(created_at=clock.now() + days[number % len(days)])
    elder = Q(committed_at__isnull=False) | Q(created_at__lt=mine.created_at)
    near = {row.pk for rows in lately_to([page.pk]) for row in rows.filter(elder) if row.pk != mine.pk}
    assert 0 < len(near) < Delivery.objects.count() - 1
    assert _near(mine) == near


def test_a_draft_reads_what_went_out_before_its_transaction(ann: User, page: Channel) -> None:
    delivery(page, "1", "published", committed_at=clock.now())
    post = factories.wordless(ann, page, watch=factories.watch(ann, page))
    words = Suggestion(owner=ann, subject=post.pk, turn=1, text="Bread.", captioner="describer")
    statements = asked(lambda: adopt(post, post.watch, words))
    begun = next(at for at, each in enumerate(statements) if each.startswith("SAVEPOINT"))
    assert [at < begun for at, each in enumerate(statements) if '"renditions"' in each] == [True] * 3
    assert Post.objects.filter(state="draft").exists()


# --- rounds


def test_what_is_mended_does_not_ask_for_twins(page: Channel) -> None:
    delivery(page, "1", "published", committed_at=clock.now())
    mended = delivery(page, "1", "blocked")
    statements = asked(lambda: unblocked.unblock())
    assert not [each for each in statements if "fingerprint" in each]
    mended.refresh_from_db()
    assert mended.state == "queued"


def test_rounds_end_between_two_rows(ann: User, page: Channel) -> None:
    blocked = [delivery(page, digit, "blocked") for digit in "12"]
    for _ in range(2):
        factories.file(ann, watched_by=factories.watch(ann, page, name=f"Watch {_}"))
    left = iter([False, True, True])
    assert unblocked.unblock(lambda: next(left)) == 1
    assert Delivery.objects.filter(pk__in=[each.pk for each in blocked], state="blocked").count() == 1
    left = iter([False, True, True])
    assert composing.compose_ready(lambda: next(left)) == 1


# --- streams


@pytest.fixture
def streams(ann: User, page: Channel) -> list[Watch]:
    made = [factories.watch(ann, page, name=f"Watch {each}") for each in range(3)]
    SourceCursor.objects.update(cursor="x" * 1000)
    for each in made:
        factories.file(ann, watched_by=each, state=FoundFile.State.FOUND)
        factories.asset(ann, watched_by=each)
    return made


ASKED = {
    "causes": lambda ann: causes.causes(ann),
    "doctor": lambda ann: list(doctor.watches(offline=True)),
    "work": lambda ann: due._unfinished_looks(),
    "to be looked at": lambda ann: in_turn(watches.tasks.streams_due(), 10),
    "to be fetched": lambda ann: in_turn(watches.tasks.found_due(), 10),
    "to be described": lambda ann: in_turn(words_due(), 10),
    "watch list": lambda ann: call_command("watch", "list", stdout=StringIO()),
    "copy of all data": lambda ann: list(export.stream(ann, by=TERMINAL)),
    "front page": lambda ann: opened(ann, ""),
    "list of watches": lambda ann: opened(ann, "watches/watch/"),
    "list of pictures": lambda ann: opened(ann, "watches/foundfile/"),
    "list of posts": lambda ann: opened(ann, "publishing/post/"),
}


def opened(ann: User, page: str) -> None:
    client = Client()
    client.force_login(ann)
    assert client.get(f"/dashboard/{page}", secure=True, follow=True).status_code == 200


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_cursors_are_read_where_a_look_is_made_alone(ask: Callable[[User], object], ann: User, streams: Any) -> None:
    assert not [each for each in asked(lambda: ask(ann)) if CURSOR in each]


def test_a_look_reads_its_cursor(streams: list[Watch]) -> None:
    assert in_turn(watches.tasks.streams_due(), 10)[0].cursor == "x" * 1000


# --- what is read out


def wish(**columns: Any) -> history.Wish:
    return history.Wish(**columns)


def test_the_limit_counts_what_was_asked_for(ann: User) -> None:
    for state in ["recorded"] * 2 + ["skipped"] * 4:
        factories.file(ann, state=state)
    newest = {row["status"] for row in history.without_delivery(wish(limit=4))}
    assert newest == {"skipped"}
    assert len(history.without_delivery(wish(limit=4, status="recorded"))) == 2


@pytest.mark.parametrize(("status", "names"), [("taken", ["no post"]), ("draft", ["has a draft"]), ("held", ["held"])])
def test_of_a_picture_that_has_its_post_the_post_is_told(
    ann: User, page: Channel, status: str, names: list[str]
) -> None:
    factories.file(ann, name="no post")
    factories.post(ann, page, picture=factories.asset(ann, name="has a draft"))
    factories.file(ann, name="held", state=FoundFile.State.HELD)
    assert [row["file_name"] for row in history.without_delivery(wish(status=status))] == names


def test_many_deliveries_are_told_whatever_the_database_takes_at_once(ann: User, page: Channel) -> None:
    posts = Post.objects.bulk_create([Post(owner=ann, text=str(each)) for each in range(1100)])
    pictures = Asset.objects.bulk_create([Asset(owner=ann, name=post.text) for post in posts])
    PostAsset.objects.bulk_create(
        [PostAsset(post=post, asset=picture) for post, picture in zip(posts, pictures, strict=True)]
    )
    like = {"channel": page, "platform": page.platform, "due_at": clock.now(), "latest_at": clock.now()}
    Delivery.objects.bulk_create([Delivery(owner=ann, post=post, state="missed", **like) for post in posts])
    rows = history.deliveries(wish(limit=1050))
    assert len({row["file_name"] for row in rows}) == 1050


def test_an_error_of_ours_is_not_told_as_a_missing_database() -> None:
    with pytest.raises(OperationalError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT " + "(" * 1500 + "1" + ")" * 1500 + "+1" * 1500)
    assert upkeep.understood(raised.value)


def test_a_table_that_is_not_there_is_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'watches'")
    with pytest.raises(OperationalError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM not_there")
    assert not upkeep.understood(raised.value)


def test_a_database_that_is_locked_is_none_of_ours() -> None:
    error = OperationalError("database is locked")
    error.__cause__ = sqlite3.OperationalError("database is locked")
    error.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert not upkeep.understood(error)


def test_a_copy_of_all_data_asks_once_for_many_rows(ann: User, page: Channel) -> None:
    few = len(asked(lambda: list(export.stream(ann, by=TERMINAL))))
    for each in range(20):
        factories.post(ann, page, text=str(each))
    data = BytesIO()
    statements = asked(lambda: data.writelines(export.stream(ann, by=TERMINAL)))
    assert len(statements) <= few + 3
    with ZipFile(data) as archive:
        chosen = json.loads(archive.read("data/post_places.json"))
    assert [each["channel"] for each in chosen] == [str(page.pk)] * 20


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_a_day_counts_anew_how_rows_are_spread_and_keeps_none_of_them(ann: User) -> None:
    retention.daily()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'accounts_user'")
        assert cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('sqlite_stat3', 'sqlite_stat4')")
        assert cursor.fetchone()[0] == 0  # samples of what stands in the rows
