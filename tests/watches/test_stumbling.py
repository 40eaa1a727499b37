"""A look that raises, or that kills its worker, is told, and does not stand in the way of others for ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection

import watches.tasks
from poster.work import mishaps
from poster.work.leases import ALONE, MOST_DEATHS
from tests.house import House
from watches import silence
from watches.models import FoundFile, SourceCursor, Watch
from watches.reasons.places import LookDeadly, LookRaised


def test_a_bookmark_that_makes_each_look_raise_is_dropped_and_told(house: House) -> None:
    mishaps.forget()
    house.connect()
    watch, other = house.watch(), house.watch("Other", place=str(house.folder.parent))
    house.drop("new.jpg", seed=3)
    stream = watch.stream
    SourceCursor.objects.filter(pk=stream.pk).update(cursor='{"')
    told = set()
    for _ in range(6):
        house.look()
        watch.refresh_from_db()
        told.add(watch.unanswered)
        assert SourceCursor.objects.get(pk=stream.pk).deaths == 0
        house.later(300)
    assert told == {LookRaised(), None}
    assert FoundFile.objects.filter(watch=watch, name="new.jpg").exists()
    assert silence.notes(watch) == ""
    other.refresh_from_db()
    assert (other.unanswered, other.state) == (None, Watch.State.ACTIVE)


def test_a_look_that_kills_its_worker_begins_anew(house: House) -> None:
    house.connect()
    watch = house.watch()
    SourceCursor.objects.update(deaths=ALONE * MOST_DEATHS, failures=0)
    watches.tasks.round()
    watch.refresh_from_db()
    stream = SourceCursor.objects.get()
    assert (stream.deaths, stream.cursor, stream.relisted_at, stream.leased_until) == (0, "", None, None)
    assert watch.unanswered == LookDeadly()
    house.drop("new.jpg", seed=3)
    house.look(3)
    watch.refresh_from_db()
    assert (watch.unanswered, FoundFile.objects.filter(name="new.jpg").count()) == (None, 1)


@pytest.mark.parametrize("table", ["watches_foundfile", "watches_caption"])
def test_work_on_a_picture_that_raises_is_no_death(house: House, table: str) -> None:
    house.connect()
    house.watch()
    house.drop("new.jpg", seed=3)
    house.look(2)

    def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(f'INSERT INTO "{table}') or ("sha256" in sql.partition("WHERE")[0] and "UPDATE" in sql):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        for _ in range(5):
            watches.tasks.round()
            house.later(1000)
    assert max(FoundFile.objects.values_list("deaths", flat=True), default=0) == 0
    house.look(3)
    assert FoundFile.objects.get(name="new.jpg").state == FoundFile.State.TAKEN
