"""The disk is full, a file is locked, a line of code is wrong: nothing is sent twice, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection

import outbox.takings
import outbox.tasks
import publishing.tasks
from media.models import Blob
from outbox import manual_actions, receipt_journal, receipts
from outbox.crew import Crew
from outbox.models import LedgerEntry
from outbox.outcomes import faults
from outbox.receipts import settle, take_up_all
from poster import clock
from poster.permissions import Caller, NotPossible
from poster.work import leases, mishaps
from publishing.models import Delivery
from publishing.platforms import Receipt
from tests.facts import Told
from tests.held import files, hold, where
from tests.house import House
from tests.publishing.staged import laid_down

State = Delivery.State
FULL = "database or disk is full"


def read(row: Delivery) -> Delivery:
    return Delivery.objects.select_related("post", "channel__credential").get(pk=row.pk)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    mishaps.forget()


@contextmanager
def refusing(refuses: Callable[[str], bool]) -> Iterator[None]:
    """The database takes no such statement."""

    def ask(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if refuses(sql):
            raise OperationalError(FULL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        yield


def _is_out(house: House) -> bool:
    return bool(house.box.feed())


def line_after_the_call(house: House, sql: str) -> bool:
    return sql.startswith('INSERT INTO "outbox_ledgerentry"') and _is_out(house)


def any_write_after_the_call(house: House, sql: str) -> bool:
    return sql.split(" ")[0] in {"INSERT", "UPDATE"} and _is_out(house)


@pytest.mark.parametrize("what", [line_after_the_call, any_write_after_the_call])
def test_a_receipt_survives_a_database_that_does_not_take_it(house: House, what: Callable[[House, str], bool]) -> None:
    """Their lists miss the post, so asking them would find nothing, and it would be sent again."""
    page = house.connect()["facebook"]
    (row,) = house.approved("Bread.", page)
    laid_down(row)
    house.box.fault("no_story_id")
    house.box.fault("listing_misses", probability=1)
    with refusing(lambda sql: what(house, sql)):
        for _ in range(3):
            with suppress(OperationalError):
                outbox.tasks.round()
                house.later(310)
    assert receipt_journal.kept(row.pk) is not None or read(row).state == State.PUBLISHED
    for _ in range(90):
        outbox.tasks.round()
        house.later(61)
    assert (read(row).state, read(row).commits, len(house.box.feed())) == (State.PUBLISHED, 1, 1)
    assert row.entries.filter(kind=LedgerEntry.Kind.OUTCOME, state=State.PUBLISHED).count() == 1
    assert list(faults(set())) == []
    assert list(receipt_journal.all_kept()) == []


def test_a_kept_receipt_comes_before_what_a_person_says(house: House) -> None:
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    Delivery.objects.filter(pk=row.pk).update(state=State.NEEDS_YOU, refs="1")
    said = {"remote_id": "77", "permalink": "https://x.example/77", "sentence": "Out.", "kind": "outcome"}
    receipt_journal.keep(row.pk, said)
    with pytest.raises(NotPossible):
        manual_actions.say_it_is_not(read(row), by=Caller.of(house.owner))
    assert (read(row).state, read(row).remote_id) == (State.PUBLISHED, "77")


def test_without_room_for_the_receipt_nothing_is_sent(house: House, settings: Any) -> None:
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    (settings.VAR / receipt_journal.FOLDER).write_text("a file where a folder belongs")
    outbox.tasks.round()
    assert (read(row).state, read(row).commits, house.box.feed()) == (State.PREPARED, 0, [])
    (settings.VAR / receipt_journal.FOLDER).unlink()
    house.later(61)
    outbox.tasks.round()
    assert (read(row).state, len(house.box.feed())) == (State.PUBLISHED, 1)


def _sent(house: House) -> Delivery:
    """Its worker has their answer in its hand."""
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    Delivery.objects.filter(pk=row.pk).update(state=State.PUBLISHING, commits=1)
    return read(row)


def test_a_receipt_of_a_post_that_is_known_as_another_one_is_kept_without_its_id(house: House) -> None:
    row = _sent(house)
    (other,) = house.approved("Cake.", row.channel, asset=house.asset("cake.jpg", look=1))
    Delivery.objects.filter(pk=other.pk).update(
        state=State.PUBLISHED, remote_id="77", commits=1, published_at=clock.now()
    )
    with refusing(lambda sql: sql.startswith('INSERT INTO "outbox_ledgerentry"')):
        settle(row, Receipt("77"), Told(words="Out."))
    assert (read(row).state, read(row).remote_id) == (State.PUBLISHED, "")
    assert take_up_all() == 1
    assert [step.state for step in row.entries.filter(kind=LedgerEntry.Kind.OUTCOME)] == [State.PUBLISHED]
    assert list(receipt_journal.all_kept()) == []


def test_a_receipt_that_can_be_kept_nowhere_leaves_a_doubt(house: House, settings: Any) -> None:
    row = _sent(house)
    (settings.VAR / receipt_journal.FOLDER).write_text("a file where a folder belongs")
    with refusing(lambda sql: sql.split(" ")[0] in {"INSERT", "UPDATE"}), pytest.raises(OperationalError):
        settle(row, Receipt("77"), Told(words="Out."))
    (settings.VAR / receipt_journal.FOLDER).unlink()
    outbox.tasks.round()
    assert (read(row).state, read(row).commits) == (State.CHECKING, 1)


LINE = 'INSERT INTO "outbox_ledgerentry"'


def test_what_is_published_for_now_without_its_line_is_so_in_hand_too(house: House) -> None:
    row = _sent(house)
    with refusing(lambda sql: sql.startswith(LINE)):
        settle(row, Receipt("77"), Told(words="Out."))
    now = read(row)
    assert (row.state, row.remote_id, row.fence) == (State.PUBLISHED, "77", now.fence)
    assert (now.state, now.published_at) == (State.PUBLISHED, row.published_at)


def test_a_receipt_that_only_a_file_takes_is_told_and_is_no_error(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    row = _sent(house)
    with refusing(lambda sql: sql.split(" ")[0] in {"INSERT", "UPDATE"}):
        settle(row, Receipt("77"), Told(words="Out."))
    assert (receipt_journal.kept(row.pk) or {})["remote_id"] == "77"
    assert [record.name for record in caplog.records if record.exc_info] == [receipts.__name__]
    assert take_up_all() == 1
    assert (read(row).state, read(row).remote_id) == (State.PUBLISHED, "77")


def test_what_the_database_does_not_take_yet_stays_where_it_is_and_nothing_is_decided_before(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    row = _sent(house)
    Delivery.objects.filter(pk=row.pk).update(state=State.CHECKING, committed_at=clock.now())
    receipt_journal.keep(row.pk, {"remote_id": "77"})
    with refusing(lambda sql: sql.startswith(LINE)):
        assert take_up_all() == 0
        assert not outbox.takings.advance(read(row))
    assert (read(row).state, read(row).fence) == (State.CHECKING, row.fence)
    assert [record.name for record in caplog.records if record.exc_info] == [mishaps.__name__]  # each cause once
    assert take_up_all() == 1
    assert (read(row).state, read(row).remote_id) == (State.PUBLISHED, "77")


def test_while_it_cannot_be_read_what_was_kept_nothing_is_decided(house: House, settings: Any) -> None:
    row = _sent(house)
    Delivery.objects.filter(pk=row.pk).update(state=State.CHECKING, committed_at=clock.now())
    unreadable = settings.VAR / receipt_journal.FOLDER / f"{row.pk}.json"
    unreadable.mkdir(parents=True)
    assert not outbox.takings.advance(read(row))
    assert (read(row).state, read(row).fence) == (State.CHECKING, row.fence)
    unreadable.rmdir()
    assert outbox.takings.advance(read(row))


def test_a_kept_receipt_of_a_channel_that_is_gone_is_written_down(house: House) -> None:
    row = _sent(house)
    receipt_journal.keep(row.pk, {"remote_id": "77"})
    row.channel.delete()
    assert take_up_all() == 1
    assert (read(row).state, read(row).remote_id, read(row).channel) == (State.PUBLISHED, "77", None)
    assert list(receipt_journal.all_kept()) == []


def test_where_people_see_it_is_never_written_down_before_that_it_is_out(house: House) -> None:
    """The database takes the line of the link, right behind that of the receipt which it did not take."""
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    laid_down(row)
    refused: list[str] = []

    def that_it_is_out(sql: str) -> bool:
        if sql.startswith(LINE) and len(refused) < receipts.TRIES and _is_out(house):
            refused.append(sql)
            return True
        return False

    with refusing(that_it_is_out):
        assert outbox.takings.advance(read(row))
    outbox.tasks.round()
    assert len(refused) == receipts.TRIES
    assert (read(row).state, bool(read(row).permalink)) == (State.PUBLISHED, True)
    assert list(faults(set())) == []


def test_a_receipt_of_what_was_erased_since_is_cleared_away(house: House) -> None:
    receipt_journal.keep(uuid4(), {"remote_id": "77"})
    assert take_up_all() == 0
    assert list(receipt_journal.all_kept()) == []


def test_what_cannot_be_asked_for_counts_as_there(house: House) -> None:
    """A row that was deleted is no fault; a database that does not even say so is one."""
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    refused: list[Any] = []

    def breaks(sql: str) -> bool:
        if refused and sql.startswith("SELECT"):
            return True
        if sql.startswith('INSERT INTO "outbox_ledgerentry"'):
            refused.append(sql)
            raise IntegrityError(FULL)
        return False

    with refusing(breaks):
        assert outbox.takings.advance(read(row))
    assert (read(row).state, read(row).leased_until) == (State.QUEUED, None)
    assert leases.settle_owed() == 0


@pytest.mark.parametrize("statement", ["INSERT", 'INSERT INTO "outbox_ledgerentry"'])
def test_an_exception_is_no_death(house: House, statement: str) -> None:
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    waits = []
    for _ in range(6):
        with suppress(OperationalError), refusing(lambda sql: sql.startswith(statement)):
            outbox.tasks.round()
        assert (read(row).state, read(row).deaths, read(row).leased_until) == (State.QUEUED, 0, None)
        waits.append(wait := (read(row).next_at - read(row).created_at).total_seconds() - house.offset)
        house.later(wait + 1)
    assert waits[-1] > 4 * waits[0]
    outbox.tasks.round()
    assert (read(row).state, len(house.box.feed())) == (State.PUBLISHED, 1)


def test_a_lease_that_cannot_be_given_back_is_given_back_later(house: House) -> None:
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    taken: list[Any] = []

    def after_it_was_taken(sql: str) -> bool:
        if taken:
            return sql.split(" ")[0] in {"INSERT", "UPDATE"}
        taken.extend([sql] * ("outbox_outgoing" in sql and "fence" in sql and sql.startswith("UPDATE")))
        return False

    for _ in range(5):
        taken.clear()
        with refusing(after_it_was_taken):
            outbox.takings.deliver_due(lambda: False, Crew(1))
        assert leases.settle_owed() == 1
        assert (read(row).deaths, read(row).leased_until) == (0, None)
        house.later(1000)
    outbox.tasks.round()
    assert read(row).state == State.PUBLISHED


def test_one_part_of_a_round_that_raises_keeps_no_other_from_running(house: House) -> None:
    (row,) = house.approved("Bread.", house.connect()["facebook"])
    outbox.tasks.round()
    assert (read(row).state, Blob.objects.exists()) == (State.PUBLISHED, True)
    with refusing(lambda sql: '"gone_at" > ' in sql), pytest.raises(OperationalError):
        publishing.tasks.round()
    assert not Blob.objects.exists()


def test_a_file_that_cannot_be_deleted_keeps_no_other_from_it(house: House) -> None:
    page = house.connect()["facebook"]
    rows = [house.approved(f"{n}.", page, asset=house.asset(f"{n}.jpg", look=n))[0] for n in range(2)]
    in_the_way = where(hold(rows[0].post.assets.get(), purpose="thumbnail"))
    in_the_way.unlink()
    in_the_way.mkdir()
    for _ in range(4):
        house.round()
        house.later(100)
    assert {read(row).state for row in rows} == {State.PUBLISHED}
    assert [files(row.post.assets.get().pk) for row in rows] == [[in_the_way], []]
    assert list(Blob.objects.values_list("key", flat=True)) == [in_the_way.name]
