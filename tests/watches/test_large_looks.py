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
from watches import memory
from watches.models import FoundFile, Sighting, SourceCursor, Watch
from watches.scanning import scan

AT_ONCE = 500
MANY = 2 * AT_ONCE + 10


@pytest.fixture
def watch(db: None, tmp_path: Path) -> Watch:
    owner: User = factories.person("Ann")
    stream = SourceCursor.objects.create(owner=owner, source="folder", key=str(tmp_path))
    return factories.watch(owner, stream=stream, place_id=str(tmp_path), backlog=Watch.Backlog.POST)


def look(watch: Watch, hours: Hours) -> list[str]:
    """The statements of one look, at files that came to rest an hour ago."""
    hours.pass_by(60)
    SourceCursor.objects.filter(pk=watch.stream_id).update(next_at=clock.now(), leased_until=None, relisted_at=None)
    stream = SourceCursor.objects.get(pk=watch.stream_id)
    assert SourceCursor.objects.take(stream)
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
    assert FoundFile.objects.count() == MANY
    assert sum(each.startswith("SAVEPOINT") for each in statements) == 3


def test_statements_grow_with_the_pieces_and_not_with_the_files(watch: Watch, hours: Hours) -> None:
    drop(watch, MANY)
    assert len(look(watch, hours)) < MANY / 10


def test_a_look_that_was_cut_off_between_two_pieces_is_made_again(watch: Watch, hours: Hours) -> None:
    """Its bookmark stayed, and what was written is known."""
    drop(watch, MANY)
    with connection.execute_wrapper(Cut(after=1)), pytest.raises(OperationalError):
        look(watch, hours)
    assert (FoundFile.objects.count(), SourceCursor.objects.get().cursor) == (AT_ONCE, "")
    look(watch, hours)
    assert FoundFile.objects.count() == MANY
    assert SourceCursor.objects.get().cursor


def test_newer_bytes_replace_what_was_not_fetched_in_one_statement(watch: Watch, hours: Hours) -> None:
    drop(watch, 20)
    look(watch, hours)
    drop(watch, 20, content="newer")
    statements = look(watch, hours) + look(watch, hours)
    assert FoundFile.objects.filter(state=FoundFile.State.GONE).count() == 20
    assert FoundFile.objects.filter(state=FoundFile.State.FOUND).count() == 20
    assert sum("replaced" in each for each in statements) == 1


def lines(statements: list[str]) -> list[str]:
    return [each for each in statements if "INSERT INTO" in each and "watches_sighting" in each]


def test_a_look_writes_down_what_has_changed_and_not_what_it_knows(watch: Watch, hours: Hours) -> None:
    drop(watch, 50)
    look(watch, hours)
    assert Sighting.objects.filter(stream=watch.stream_id).count() == 50
    assert len(SourceCursor.objects.get().cursor) < 1000
    assert lines(look(watch, hours)) == []
    known = dict(Sighting.objects.values_list("key", "line"))
    drop(watch, 1, first=7, content="newer")
    look(watch, hours)
    look(watch, hours)
    now = dict(Sighting.objects.values_list("key", "line"))
    assert (len(now), len([key for key in now if now[key] != known[key]])) == (50, 1)
    (Path(watch.place_id) / "3.jpg").unlink()
    for _ in range(2):
        look(watch, hours)
    assert FoundFile.objects.get(name="3.jpg").state == FoundFile.State.GONE


def test_the_lines_of_a_large_look_are_written_behind_its_files_and_before_its_bookmark(
    watch: Watch, hours: Hours
) -> None:
    """Ended after each of its transactions in turn: the next look knows what there is, and loses nothing."""
    many = memory.AT_ONCE + 10
    drop(watch, many)
    written = -(-many // AT_ONCE)
    for after in (written, written + 1):
        with connection.execute_wrapper(Cut(after=after)), pytest.raises(OperationalError):
            look(watch, hours)
        assert (FoundFile.objects.count(), SourceCursor.objects.get().cursor) == (many, "")
    look(watch, hours)
    assert (FoundFile.objects.count(), Sighting.objects.count()) == (many, many)
    assert SourceCursor.objects.get().cursor
    assert FoundFile.objects.exclude(state=FoundFile.State.FOUND).count() == 0
