"""One part of a run: workers advance what is due until nothing moves, then everything is judged."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, connections
from django.db.models import Model
from django.utils.module_loading import import_string

import poster.http.client
from accounts.models import Channel
from outbox import send_deadline
from outbox.models import LedgerEntry
from outbox.permalinks import link
from outbox.unblocked import unblock
from poster import clock
from poster.http import turnstile
from proof import laid_pictures, private_world
from proof.faults import Fault, Place
from proof.private_world import BEGAN, Part, Stage
from proof.simulation import Simulation
from proof.transport import Killed, Wire
from publishing.models import Delivery
from sandbox.app import create_app

WORKERS = 6
FAULTS_UNTIL = 36 * 3600.0  # seconds after the beginning; then all is well, and everything must come to an end
PATIENCE = 72 * 3600.0  # seconds after that: the time in which it must
STALE = 0.05  # of all steps: a second worker has read the same row, and comes a moment later
A_MOMENT = 0.001
Advance = Callable[[Delivery], object]
Row = TypeVar("Row", bound=Model)


class Locked(OperationalError):
    """A statement that the simulation has refused."""


class Fates:
    """Between the engine and its database: a worker may be killed, or told "locked", at any statement."""

    def __init__(self) -> None:
        self._mine = threading.local()

    @contextmanager
    def during(self, drawn: tuple[Fault, int] | None, strike: Callable[[Fault], None]) -> Iterator[None]:
        """In this block, in this thread."""
        self._mine.fate = [drawn[1], drawn[0], strike] if drawn else None
        try:
            yield
        finally:
            self._mine.fate = None

    @contextmanager
    def spared(self) -> Iterator[None]:
        """In this block, in this thread, nothing happens: the statements are the simulation's own."""
        fate, self._mine.fate = getattr(self._mine, "fate", None), None
        try:
            yield
        finally:
            self._mine.fate = fate

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001
        """Django's execute wrapper."""
        fate = getattr(self._mine, "fate", None)
        if fate:
            fate[0] -= 1
            if not fate[0]:
                self._mine.fate = None
                fate[2](fate[1])
                raise Locked("database is locked") if fate[1].locked else Killed
        return execute(sql, params, many, context)


class Rows(Generic[Row]):
    """Rows of one model as the database has them, by key: asked more often than anything else, so compiled once."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        columns = [field.get_col(field.model._meta.db_table) for field in model._meta.concrete_fields]
        self._names = [column.target.attname for column in columns]
        ops = connection.ops
        self._converters = [
            (at, column, convert)
            for at, column in enumerate(columns)
            for convert in ops.get_db_converters(column) + column.get_db_converters(connection)
        ]
        names = ", ".join(f'"{column.alias}"."{column.target.column}"' for column in columns)
        table, key = model._meta.db_table, model._meta.pk.column
        others = "".join(
            f' JOIN "{other._meta.db_table}" ON "{other._meta.db_table}"."id" = "{table}"."{link.column}"'
            for other, link in model._meta.parents.items()
            if link is not None
        )
        self._sql = f'SELECT {names} FROM "{table}"{others} WHERE "{table}"."{key}" = %s'  # noqa: S608 - our own names

    def __call__(self, key: UUID) -> Row:
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [key.hex])
            values = list(cursor.fetchone())
        for at, column, convert in self._converters:
            values[at] = convert(values[at], column, connection)
        return self._model.from_db("default", self._names, values)


@dataclass(slots=True)
class Run:
    """The state of one part while it is played."""

    part: Part
    simulation: Simulation
    wire: Wire
    stage: Stage
    advance: Advance
    ended: Callable[[], None]
    fates: Fates = field(default_factory=Fates)
    deliveries: Rows[Delivery] = field(default_factory=lambda: Rows(Delivery))
    channels: Rows[Channel] = field(default_factory=lambda: Rows(Channel))
    steps: Counter[int] = field(default_factory=Counter)
    stale: int = 0
    until: float = 0.0
    plans: dict[int, object] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    published: set[int] = field(default_factory=set)
    taken_back: set[int] = field(default_factory=set)

    def play(self) -> None:
        """Until nothing moves any more."""
        self.wire.rescue = self._rescue
        self.wire.intents = self._intents
        self.until = max(self.simulation.now(), self.wire.quiet_from) + PATIENCE
        for number in self.stage.rows:
            self._plan(number)
        with connection.execute_wrapper(self.fates):
            self.simulation.run()

    def _intents(self, number: int) -> int:
        with self.fates.spared():
            return LedgerEntry.objects.filter(outgoing=self.stage.rows[number], kind=LedgerEntry.Kind.COMMIT).count()

    def _rescue(self, number: int) -> None:
        """Its worker is stopped: when the lease ends, another one finds the row."""
        with self.fates.spared():
            self._plan(number)

    def _plan(self, number: int) -> None:
        """When it is to be looked at again, as the database says: what a worker holds in memory may be undone."""
        row = self._row(number)
        self._watch(number, row)
        moves = row.state in Delivery.State.moving() or row.state == Delivery.State.BLOCKED
        if not (moves or _wants_link(row)):
            self.plans.pop(number, None)
            self._end(number)
            return
        if row.state == Delivery.State.PUBLISHED:
            self._end(number)
        moment = max(row.next_at, row.leased_until or row.next_at).timestamp() + A_MOMENT
        if moment > self.until:
            return
        plan = object()
        self.plans[number] = plan  # the newest plan counts
        self.simulation.at(max(moment, self.simulation.now()), partial(self._if_still, plan, number))

    def _watch(self, number: int, row: Delivery) -> None:
        if row.state == Delivery.State.PUBLISHED:
            self.published.add(number)
        elif number in self.published:
            self.taken_back.add(number)

    def _end(self, number: int) -> None:
        if number not in self.done:
            self.done.add(number)
            self.ended()

    def _if_still(self, plan: object, number: int) -> None:
        if self.plans.get(number) is plan:
            self._move(number)
            self._plan(number)

    def _move(self, number: int) -> None:
        row = self._read(number)
        if row is None:
            return
        if row.state == Delivery.State.BLOCKED:
            unblock()
            return
        self.steps[number] += 1
        place = Place(number, "step", self.steps[number])
        dice = self.part.trouble.dice(place, "stale")
        if dice.random() < STALE:
            late = self.simulation.now() + dice.uniform(0, 30)
            self.simulation.at(late, partial(self._meet, self._read(number), number))
        random.seed(f"{place}")
        drawn = self.part.trouble.at_step(place) if self.simulation.now() < self.wire.quiet_from else None
        with self.wire.about(number), self.fates.during(drawn, partial(self.wire.note, place)):
            self._dare(row)
        if drawn:
            self.wire.never_left(number, drawn[0], intents=self._intents(number))

    def _read(self, number: int) -> Delivery | None:
        """The row and its channel, fresh, if it is due; what never changes in a run is put beside it from memory."""
        row = self._row(number)
        now = clock.now()
        if row.next_at > now or (row.leased_until and row.leased_until >= now):
            return None
        row.post = self.stage.posts[row.post_id]
        assert row.channel_id is not None  # noqa: S101 - nobody disconnects here
        row.channel = self.channels(row.channel_id)
        row.channel.credential = self.stage.credentials[row.channel.credential_id]
        return row

    def _row(self, number: int) -> Delivery:
        return self.deliveries(self.stage.rows[number])

    def _meet(self, row: Delivery | None, number: int) -> None:
        """A second worker with a row that somebody else has taken meanwhile."""
        if row is None:
            return
        self.stale += 1
        with self.wire.about(number):
            self._dare(row)

    def _dare(self, row: Delivery) -> None:
        """One step. Its worker may die: as the database has it, so the next one finds it."""
        try:
            if row.state != Delivery.State.PUBLISHED:
                self.advance(row)
            elif Delivery.objects.take(row):
                link(row)
        except (Killed, OperationalError):
            return


def _wants_link(row: Delivery) -> bool:
    """Only as long as others are on their way: what they never list is asked about for a month."""
    return row.state == Delivery.State.PUBLISHED and not row.permalink and row.channel_id is not None


@contextmanager
def on_stage(part: Part, ended: Callable[[], None]) -> Iterator[Run]:
    """A run that is ready to play, on its own clock, wire and database; afterwards nothing of it is left."""
    shared = connections["default"]
    shared.ensure_connection()
    shared.inc_thread_sharing()

    def arrive() -> None:
        connections["default"] = shared

    simulation = Simulation(BEGAN, workers=WORKERS, arrive=arrive)
    world = private_world.new_world(part.trouble, simulation.now)
    wire = Wire(create_app(world), world, simulation, part.trouble)
    wire.quiet_from = BEGAN + FAULTS_UNTIL
    clock.use(simulation.now)
    turnstile.forget_tokens()  # each world gives out the same ones
    poster.http.client.use(lambda: wire)
    send_deadline.use(simulated=True)
    stage = private_world.set_up(part, world)
    try:
        yield Run(part, simulation, wire, stage, import_string(part.engine), ended)
    finally:
        simulation.end()
        send_deadline.use(simulated=False)
        laid_pictures.clear(stage.keys)
        shared.dec_thread_sharing()
