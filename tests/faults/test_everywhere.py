"""Each thing that can go wrong, at each place where it can: at every call, every statement, every commit.

As SQLite tests itself: for n = 1, 2, 3, ... the nth one fails, until a run ends that was not touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

import psycopg
import pytest
import requests
from django.db import OperationalError, connection
from requests.adapters import BaseAdapter

import poster.http.client
from outbox.models import LedgerEntry
from poster.work.leases import MOST_DEATHS
from proof.faults import AT_CALLS, Fault, Kind, Place, Said
from proof.transport import Killed, Wire, kind_of
from publishing.models import Delivery
from tests.faults.laboratory import PLATFORMS, Laboratory

State = Delivery.State
DIES = {"locked": OperationalError, "killed": Killed}
AT_THE_END = [State.PUBLISHED, State.FAILED, State.NEEDS_YOU]
PERMITTED_FAILURES = {"container in error", "container in progress for ever", "unknown code, not done"}


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def is_out(lab: Laboratory, number: int) -> None:
    """It was published, once, and all rules held."""
    row = lab.settle(number)
    assert (row.state, len(lab.feed(number))) == (State.PUBLISHED, 1), row.error
    assert row.remote_id in {"", *lab.feed(number)}
    assert lab.breaches() == []


# --- at every call


@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_worker_may_die_at_any_call(lab: Laboratory, platform: str, moment: str) -> None:
    dead = Fault("killed", done=moment == "after", dies=moment)
    for nth in count(1):
        number = lab.post(platform)
        lab.planned(only_at(nth, dead))
        is_out(lab, number)
        if lab.died < nth:
            break
    assert nth > 2


def only_at(nth: int, fault: Fault) -> Callable[[Place, Kind], Fault | None]:
    return lambda place, kind: fault if place.nth == nth and kind in fault.at else None


@pytest.mark.parametrize("fault", [fault for fault in AT_CALLS if Kind.COMMIT in fault.at], ids=lambda one: one.name)
def test_whatever_goes_wrong_at_the_call_that_publishes(lab: Laboratory, platform: str, fault: Fault) -> None:
    struck = False

    def once(_place: Place, kind: Kind) -> Fault | None:
        nonlocal struck
        struck, first = struck or kind is Kind.COMMIT, kind is Kind.COMMIT and not struck
        return fault if first else None

    number = lab.post(platform)
    lab.planned(once)
    is_out(lab, number)
    assert struck


@pytest.mark.thorough
@pytest.mark.parametrize("fault", AT_CALLS, ids=lambda fault: fault.name)
def test_whatever_goes_wrong_at_any_call(lab: Laboratory, platform: str, fault: Fault) -> None:
    """Everything of the table at every place where it fits, on the way out and while asking afterwards."""
    for nth in range(1, 9):
        number = lab.post(platform)
        lab.planned(only_at(nth, fault))
        row = lab.settle(number)
        assert len(lab.feed(number)) == (row.state == State.PUBLISHED), (row.state, row.error)
        assert row.state == State.PUBLISHED or fault.name in PERMITTED_FAILURES, (row.state, row.error)
        assert lab.breaches() == []


@pytest.mark.thorough
def test_no_answer_and_then_whatever_while_asking(lab: Laboratory, platform: str) -> None:
    """The pair: the answer of the call that publishes is lost, and each look afterwards goes wrong in its way."""
    lost = Fault("done, answer cut off", silent=True)
    for fault in (fault for fault in AT_CALLS if Kind.READ in fault.at):
        number = lab.post(platform)
        looks = iter(range(3))

        def plan(_place: Place, kind: Kind, looks: Iterator[int] = looks, fault: Fault = fault) -> Fault | None:
            if kind is Kind.COMMIT:
                return lost
            return fault if lab.row(number).state == State.CHECKING and next(looks, None) is not None else None  # noqa: B023

        lab.planned(plan)
        is_out(lab, number)


# --- in our own code, and in the database


class Breaking(BaseAdapter):
    """The call is made; then our own code breaks."""

    def __init__(self, wire: Wire, error: BaseException) -> None:
        super().__init__()
        self.wire, self.error = wire, error

    def send(self, request: requests.PreparedRequest, *how: Any, **options: Any) -> requests.Response:
        answer = self.wire.send(request, *how, **options)
        if self.error and kind_of(request) is Kind.COMMIT:
            poster.http.client.use(lambda: self.wire)
            raise self.error
        return answer

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("error", [RuntimeError, MemoryError, SystemExit, KeyboardInterrupt, RecursionError])
def test_an_error_of_ours_after_the_call_is_doubt_and_no_failure(
    lab: Laboratory, platform: str, error: type[BaseException]
) -> None:
    number = lab.post(platform)
    poster.http.client.use(lambda: Breaking(lab.wire, error()))
    with (
        contextlib.nullcontext() if issubclass(error, Exception) else pytest.raises(error)
    ):  # whoever raised that lives on
        for _ in range(40):
            if lab.row(number).state != State.PUBLISHING:
                lab.step(number)
                lab.time.sleep(5)
    assert lab.row(number).state == State.PUBLISHING
    is_out(lab, number)
    assert lab.row(number).entries.filter(kind=LedgerEntry.Kind.COMMIT).count() == 1


@pytest.mark.parametrize("way", DIES)
def test_any_statement_may_fail(lab: Laboratory, platform: str, way: str) -> None:
    for nth in count(1):
        number, failing = lab.post(platform), Failing(nth, DIES[way])
        row = lab.settle(number, statements=failing)
        assert (row.state, len(lab.feed(number))) == (State.PUBLISHED, 1), (nth, row.error)
        if not failing.struck:
            break
    assert lab.breaches() == []
    assert nth > 30


class Failing:
    """An execute wrapper: the nth statement fails, counted over all that it wraps."""

    def __init__(self, nth: int, raised: Callable[[str], BaseException]) -> None:
        self.nth, self.raised, self.seen, self.struck = nth, raised, 0, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.nth:
            self.struck = True
            raise self.raised("database is locked")
        return execute(sql, params, many, context)


def _at_the_commit(struck: Iterator[Fault], _place: object, kind: Kind) -> Fault | None:
    return next(struck, None) if kind is Kind.COMMIT else None


def test_a_call_that_had_no_effect_is_never_repeated_before_that_is_written_down(lab: Laboratory) -> None:
    """I2, with the ledger alone as witness: its worker dies at any statement after they said "too many calls"."""
    too_many = Fault("429", done=False, said=Said(429, code=4))
    for nth in count(1):
        number, struck = lab.post("facebook"), iter([too_many])
        lab.planned(partial(_at_the_commit, struck))
        failing = Failing(nth, Killed)
        assert lab.settle(number, statements=failing).state == State.PUBLISHED
        kinds = "".join(lab.row(number).entries.values_list("kind", flat=True))
        assert "commitcommit" not in kinds
        if not failing.struck:
            break
    assert nth > 30


@pytest.mark.parametrize("kept", [True, False], ids=["although it was kept", "and it was not kept"])
def test_any_commit_may_be_lost(lab: Laboratory, platform: str, kept: bool) -> None:
    """The connection breaks just when the database is told to commit: nobody knows whether it did."""
    for nth in count(1):
        number = lab.post(platform)
        with breaking_commit(nth, kept=kept) as broken:
            row = lab.settle(number)
        assert (row.state, len(lab.feed(number))) == (State.PUBLISHED, 1), (nth, row.error)
        if not broken:
            break
        assert not kept or row.commits <= 2
    assert nth > 4


@contextmanager
def breaking_commit(nth: int, *, kept: bool) -> Iterator[list[int]]:
    """Django's own connection, whose nth commit is not answered."""
    commit, seen, broken = connection.commit, count(1), []

    def break_off() -> None:
        if next(seen) != nth:
            return commit()
        broken.append(nth)
        (commit if kept else connection.rollback)()
        raise OperationalError("server closed the connection unexpectedly")

    connection.commit = break_off  # type: ignore[method-assign]
    try:
        yield broken
    finally:
        connection.commit = commit  # type: ignore[method-assign]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="this needs a server: set TEST_DATABASE_URL")
def test_the_database_server_may_end_our_connection_at_any_statement(lab: Laboratory, platform: str) -> None:
    for nth in count(1):
        number, failing = lab.post(platform), Failing(nth, end_our_connection)
        row = lab.settle(number, statements=failing)
        assert (row.state, len(lab.feed(number))) == (State.PUBLISHED, 1), (nth, row.error)
        if not failing.struck:
            break
    assert lab.breaches() == []
    assert nth > 30


def end_our_connection(_why: str) -> BaseException:
    """As a restart does; what the driver makes of it is what the engine gets."""
    ours = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [ours])
    with contextlib.suppress(psycopg.Error):
        connection.connection.execute("SELECT 1")
    return OperationalError("the server closed the connection")


def test_a_full_disk_stops_everything_before_anything_is_sent_and_goes_on_when_there_is_room(
    lab: Laboratory, platform: str
) -> None:
    number = lab.post(platform)

    def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    for _ in range(20):
        lab.step(number, statements=full)
        lab.time.sleep(30)
    assert lab.wire.commits == []
    assert lab.wire.calls == 0 or lab.row(number).state == State.QUEUED
    is_out(lab, number)


def test_a_worker_that_dies_again_and_again_still_gets_on(lab: Laboratory, platform: str) -> None:
    """Of three steps two end in a worker's death, at another statement each time. (Three posts: one is soon out.)"""
    for post in range(3):
        number = lab.post(platform)
        for nth in range(1, 200):
            lab.step(number, statements=Failing((nth + post) * 7 % 20 + 1, Killed) if nth % 3 else None)
            if lab.row(number).state in AT_THE_END:
                break
            lab.time.sleep(400)
        row = lab.row(number)
        assert row.state == State.PUBLISHED, row.error
        assert len(lab.feed(number)) == 1
        assert row.commits <= 3
    assert lab.died > 3


def test_what_stops_its_worker_three_times_is_put_aside_and_the_others_go_on(lab: Laboratory) -> None:
    deadly, other = lab.post("facebook", "Deadly."), lab.post("facebook", "Harmless.")
    dead = Fault("killed", done=False, dies="before")
    lab.planned(lambda place, _kind: dead if place.delivery == deadly else None)
    row = lab.settle(deadly)
    assert (row.state, row.actor, lab.died) == (State.FAILED, "operator", MOST_DEATHS)
    assert "three times" in row.error
    is_out(lab, other)


@pytest.mark.parametrize("state", [State.PREPARED, State.CHECKING])
def test_in_every_state_a_worker_is_stopped_only_three_times(lab: Laboratory, state: str) -> None:
    number = lab.post("instagram")
    if state == State.PREPARED:
        lab.lay_down(number)
    dead, lost = Fault("killed", done=False, dies="before"), Fault("lost", silent=True)

    def plan(_place: Place, kind: Kind) -> Fault | None:
        if lab.row(number).state == state:
            return dead
        return lost if kind is Kind.COMMIT else None

    lab.planned(plan)
    row = lab.settle(number)
    assert lab.died == MOST_DEATHS
    assert row.state == (State.FAILED if state == State.PREPARED else State.NEEDS_YOU)
    assert len(lab.feed(number)) == (state == State.CHECKING)
    assert "three times" in row.error


def test_an_answer_that_says_no_at_first_and_yes_later_is_believed_at_last(lab: Laboratory, platform: str) -> None:
    """Refused as a duplicate while it is there: found. Nothing is concluded from the refusal itself."""
    for code in (506, 368):
        said = Fault("a duplicate, they say", said=Said(400, code=code))
        number = lab.post(platform)
        lab.planned(lambda _place, kind: said if kind is Kind.COMMIT else None)  # noqa: B023
        is_out(lab, number)


def test_refused_as_a_duplicate_and_not_there_ends_with_a_person(lab: Laboratory, platform: str) -> None:
    said = Fault("a duplicate, they say", done=False, said=Said(400, code=506))
    number = lab.post(platform)
    lab.planned(lambda _place, kind: said if kind is Kind.COMMIT else None)
    row = lab.settle(number)
    assert (row.state, row.commits, lab.feed(number)) == (State.NEEDS_YOU, 3, [])
