"""S46: a monitor outside learns within minutes that nobody works, and strangers learn nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django_q.models import Task

from poster import clock
from publishing.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def worked(seconds: float) -> None:
    """A worker finished something so long ago."""
    then = clock.now() - dt.timedelta(seconds=seconds)
    Task.objects.create(id=f"{seconds}", name="round", func="outbox.tasks.round", started=then, stopped=then)


def due(seconds: float, **columns: Any) -> Delivery:
    """A delivery that is due since so long."""
    ann = factories.person("Ann")
    page = factories.channel(ann)
    then = clock.now() - dt.timedelta(seconds=seconds)
    return factories.delivery(factories.post(ann, page), page, **{"next_at": then, **columns})


def asked() -> tuple[int, bytes]:
    answer = Client().get("/health/")
    assert answer["Cache-Control"].startswith("max-age=0")
    return answer.status_code, answer.content


def test_it_is_green_while_workers_work() -> None:
    worked(50)
    due(60)
    assert asked() == (200, b"ok\n")


def test_it_is_red_when_no_worker_was_heard_for_two_minutes() -> None:
    assert asked() == (503, b"not well\n")
    worked(130)
    assert asked() == (503, b"not well\n")


def test_it_is_red_when_something_has_been_due_for_five_minutes_though_workers_are_there() -> None:
    worked(10)
    row = due(310)
    assert asked()[0] == 503
    row.let_go(after=3600)
    assert asked()[0] == 200


def test_what_waits_for_a_person_is_not_overdue() -> None:
    worked(10)
    due(9000, state="needs_you")
    assert asked()[0] == 200


def test_a_folder_that_nobody_looks_into_is_overdue() -> None:
    worked(10)
    ann = factories.person("Ann")
    order = factories.watch(ann, factories.channel(ann))
    type(order.stream).objects.update(next_at=clock.now() - dt.timedelta(minutes=6))
    assert asked()[0] == 503


def test_strangers_learn_nothing_and_get_no_cookie() -> None:
    due(9000)
    answer = Client().get("/health/")
    assert (answer.content, answer.cookies.output()) == (b"not well\n", "")
    assert Client().post("/health/").status_code == 405


def test_without_a_database_it_is_red_and_no_error_page() -> None:
    with connection.execute_wrapper(_broken):
        assert asked() == (503, b"not well\n")


def _broken(*asked: object) -> object:
    raise OperationalError("gone")
