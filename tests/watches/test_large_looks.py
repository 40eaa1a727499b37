"""A look that finds much is written in pieces, and costs no more for each file than a look that finds little."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from poster import clock
from tests import factories
from tests.watches.looking import Hours
from watches.models import Asset, Stream, Watch
from watches.scanning import scan

AT_ONCE = 500
MANY = 2 * AT_ONCE + 10


@pytest.fixture
def watch(db: None, tmp_path: Path) -> Watch:
    owner: User = factories.person("Ann")
    stream = Stream.objects.create(owner=owner, source="folder", key=str(tmp_path))
    return factories.watch(owner, stream=stream, place_id=str(tmp_path), backlog=Watch.Backlog.POST)


def look(watch: Watch, hours: Hours) -> list[str]:
    """The statements of one look, at files that came to rest an hour ago."""
    hours.pass_by(60)
    Stream.objects.filter(pk=watch.stream_id).update(next_at=clock.now(), leased_until=None, relisted_at=None)
    stream = Stream.objects.get(pk=watch.stream_id)
    assert Stream.objects.take(stream)
    with CaptureQueriesContext(connection) as asked:
        scan(stream)
    return [query["sql"] for query in asked.captured_queries]


def drop(watch: Watch, number: int, *, first: int = 0, content: str = "content") -> None:
    for each in range(first, first + number):
        (Path(watch.place_id) / f"{each}.jpg").write_bytes(f"{content} {each}".encode())


class Cut:
    """The database goes away when the transaction after so many begins."""

    def __init__(self, *, after: int) -> None:
        self.left = after

    def __call__(self, execute, sql: str, *how):
        if sql.startswith("SAVEPOINT"):
            if not self.left:
                raise OperationalError
            self.left -= 1
        return execute(sql, *how)


def test_a_first_look_at_many_files_is_many_short_transactions(watch: Watch, hours: Hours) -> None:
    drop(watch, MANY)
    statements = look(watch, hours)
    assert Asset.objects.count() == MANY
    assert sum(each.startswith("SAVEPOINT") for each in statements) == 3


def test_statements_grow_with_the_pieces_and_not_with_the_files(watch: Watch, hours: Hours) -> None:
    drop(watch, MANY)
    assert len(look(watch, hours)) < MANY / 10


def test_a_look_that_was_cut_off_between_two_pieces_is_made_again(watch: Watch, hours: Hours) -> None:
    """Its bookmark stayed, and what was written is known."""
    drop(watch, MANY)
    with connection.execute_wrapper(Cut(after=1)), pytest.raises(OperationalError):
        look(watch, hours)
    assert (Asset.objects.count(), Stream.objects.get().cursor) == (AT_ONCE, "")
    look(watch, hours)
    assert Asset.objects.count() == MANY
    assert Stream.objects.get().cursor


def test_newer_bytes_replace_what_was_not_fetched_in_one_statement(watch: Watch, hours: Hours) -> None:
    drop(watch, 20)
    look(watch, hours)
    drop(watch, 20, content="newer")
    statements = look(watch, hours) + look(watch, hours)
    assert Asset.objects.filter(state=Asset.State.GONE).count() == 20
    assert Asset.objects.filter(state=Asset.State.FOUND).count() == 20
    assert sum("replaced" in each for each in statements) == 1
