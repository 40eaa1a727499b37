"""One install whose outside answers in the same thread, on a clock of its own: quick enough for thousands of runs.

The engine, the database and the sandbox are the real ones; only sockets and waiting are left out. What goes wrong at
a call comes from the table of `proof.faults`, at the calls that a test names.
"""

from __future__ import annotations

import datetime as dt
import heapq
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection
from flask import Flask

import poster.http.client
from accounts.connections.grants import connect
from accounts.models import Channel, User
from accounts.providers import Grant
from media.models import Asset
from outbox import permalinks, unblocked
from outbox.models import LedgerEntry, Outgoing
from outbox.takings import advance
from poster import clock
from poster.ledger.erasure_permits import allowed
from poster.models import Rest
from poster.permissions import Caller
from proof import laid_pictures, private_world
from proof.faults import Fault, Kind, Place, Trouble
from proof.invariants import Line, breaches
from proof.transport import Killed, Wire, number_in
from publishing.models import Delivery, Post, PostAsset
from publishing.posts.approving import approve
from publishing.querysets import DeliveryQuerySet
from sandbox.app import create_app
from sandbox.meta.people import made_to_measure
from sandbox.meta.published import published
from tests.held import lay_down

BEGAN = private_world.BEGAN
PLATFORMS = ["facebook", "instagram", "threads"]
State = Delivery.State
SOON = 0.01  # seconds between two looks of the workers
MOVING = (*State.moving(), State.BLOCKED)
_numbers = count(1)
Plan = Callable[[Place, Kind], Fault | None]


class Moment:
    """Time for one worker: it passes when somebody waits, and what was to happen by then happens."""

    def __init__(self) -> None:
        self.moment = BEGAN
        self._coming: list[tuple[float, int, Callable[[], None]]] = []

    def now(self) -> float:
        return self.moment

    def happen(self, moment: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (moment, next(_numbers), event))

    def sleep(self, seconds: float) -> None:
        until = self.moment + seconds
        while self._coming and self._coming[0][0] <= until:
            self.moment, _, event = heapq.heappop(self._coming)
            event()
        self.moment = max(until, self.moment)


class Planned:
    """Only what the test plans; for the rest a Trouble without trouble. Lists lag by exactly `lag` seconds."""

    def __init__(self, lag: float) -> None:
        self.plan: Plan = lambda _place, _kind: None
        self.lag = lag
        self._none = Trouble(seed=1, chance=0, lag=0, blind=0)

    def at_call(self, place: Place, kind: Kind) -> Fault | None:
        return self.plan(place, kind)

    def lagging(self, _place: Place) -> float:
        return self.lag

    def is_so(self, _what: str, _about: object, _probability: float) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._none, name)


@dataclass
class Laboratory:
    """`rows`: the deliveries by number. `died`: how often a worker did."""

    owner: User
    time: Moment
    wire: Wire
    tokens: set[str]
    channels: dict[str, Channel] = field(default_factory=dict)
    logins: dict[str, Any] = field(default_factory=dict)
    rows: dict[int, UUID] = field(default_factory=dict)
    died: int = 0

    # --- what is there

    def connect(self, provider: str) -> None:
        """Its login is given to us; once more, when it was given before."""
        login = self.logins[provider]
        ends = clock.now() + dt.timedelta(seconds=login["expires_in"])
        _, opened = connect(self.owner, provider, Grant(login["access_token"], expires_at=ends))
        self.channels |= {channel.platform: channel for channel in opened}

    def post(self, platform: str, text: str = "", *, sha256: str = "") -> int:
        """A post that a person has approved, on its way to one channel; its number."""
        number = next(_numbers)
        asset = self.asset(sha256 or f"{number:064x}")
        post = Post.objects.create(owner=self.owner, text=text or f"Fresh bread, number {number}, still warm.")
        post.channels.set([self.channels[platform]])
        PostAsset.objects.create(post=post, asset=asset, alt_text=f"A loaf, picture {number}")
        (delivery,) = approve(post, by=Caller.of(self.owner))
        self.lay_out(delivery)
        self.rows[number] = delivery.pk
        return number

    def asset(self, sha256: str) -> Asset:
        return Asset.objects.create(owner=self.owner, name="bread.jpg", sha256=sha256, mime="image/jpeg")

    def lay_out(self, delivery: Delivery) -> None:
        """Its pictures are made already."""
        laid_pictures.lay_out([delivery])
        Delivery.objects.filter(pk=delivery.pk).update(renditions=laid_pictures.noted(delivery))

    def erase(self, number: int) -> None:
        """It is gone, with its lines."""
        erase(Delivery.objects.filter(pk=self.row(number).pk))

    def row(self, number: int) -> Delivery:
        """As a worker reads it."""
        return Delivery.objects.select_related("post", "channel__credential").get(pk=self.rows[number])

    def feed(self, number: int) -> list[str]:
        """The ids of the public posts that show this delivery's picture."""
        return [
            post.id
            for post in published(self.wire.world)
            for picture in post.pictures
            if number_in(picture.alt_text) == number
        ]

    def breaches(self) -> list[str]:
        """Every rule of delivery that was broken, as ledger and wire tell it."""
        lines: dict[int, list[Line]] = {}
        for number, pk in self.rows.items():
            steps = LedgerEntry.objects.filter(outgoing=pk).order_by("number")
            told = steps.values_list("kind", "verdict", "content_hash", "fact_params", "asked", "said")
            lines[number] = [Line(*row[:3], text="\n".join(row[3:])) for row in told]
        sent = [call for call in self.wire.commits if call.delivery in self.rows]
        broken = [wrong.sentence for wrong in breaches(sent, lines, self.tokens)]
        # A worker that died between its intent and the call leaves an intent without one; that is no breach.
        return [sentence for sentence in broken if not (self.died and "intents" in sentence)]

    def intents(self, number: int) -> int:
        """How many of its calls that publish had their intent written down before: all, if there are enough."""
        wrappers, connection.execute_wrappers = connection.execute_wrappers, []  # our question is not the engine's
        written = LedgerEntry.objects.filter(outgoing=self.rows[number], kind=LedgerEntry.Kind.COMMIT).count()
        connection.execute_wrappers = wrappers
        return min(written, sum(call.delivery == number for call in self.wire.commits) + 1)

    # --- what happens

    def planned(self, plan: Plan) -> None:
        """From now on this goes wrong."""
        self.wire.trouble.plan = plan  # type: ignore[attr-defined]

    def quiet(self) -> None:
        """From now on all is well."""
        self.planned(lambda _place, _kind: None)

    def step(self, number: int, *, row: Delivery | None = None, statements: Any = None) -> bool | None:
        """One worker's step, if it is due; None when the worker died of it. `statements`: an execute wrapper."""
        row = row or self.due(number)
        if row is None:
            return False
        wrapped = connection.execute_wrapper(statements) if statements else nullcontext()
        try:
            with self.wire.about(number), wrapped:
                return advance(row)
        except (Killed, OperationalError):
            self.died += 1
            if not connection.is_usable():
                connection.close()  # as the queue does between two pieces of work
            return None

    def lay_down(self, number: int) -> Delivery:
        """As far as half a taking goes: their sandbox has it, and nobody has asked them to show it."""
        row = self.row(number)
        while row.state == State.QUEUED:
            assert Delivery.objects.take(row)
            with self.wire.about(number):
                lay_down(row)
            row.give_back()
            self.time.sleep(max((row.next_at - clock.now()).total_seconds(), 0) + 0.01)
            row = self.row(number)
        return row

    def due(self, number: int) -> Delivery | None:
        """The row, if a worker would take it now."""
        rows = Delivery.objects.due().select_related("post", "channel__credential")
        return rows.filter(pk=self.rows[number]).first()

    def link(self, number: int) -> None:
        """The last question, if it is due: where people see it."""
        for row in permalinks.links_due():
            if row.pk == self.rows[number] and Outgoing.objects.take(row):
                with self.wire.about(number):
                    permalinks.link(row)

    def settle(self, number: int, *, hours: float = 60, statements: Any = None) -> Delivery:
        """Time passes, with workers about, until nothing moves it any more."""
        until, pause = self.time.moment + hours * 3600, SOON
        while self.time.moment < until:
            unblocked.unblock()
            # What is not due yet, although its time has come, waits for more than its row tells: a dead worker's lease.
            pause = min(2 * pause, 1.0) if self.step(number, statements=statements) is False else SOON
            row = self.row(number)
            if row.state not in MOVING:
                return row
            free = max(row.next_at, row.leased_until or row.next_at).timestamp()
            self.time.sleep(max(free - self.time.moment, 0) + pause)
        return self.row(number)


def erase(deliveries: DeliveryQuerySet) -> None:
    """As their owner asked for it: the ledger lets go of no line otherwise."""
    with allowed(deliveries.values_list("pk", flat=True)):
        deliveries.delete()


@contextmanager
def laboratory(*, lag: float = 0) -> Iterator[Laboratory]:
    """A new one, in the settings of the fixture `elsewhere`."""
    trouble, moment = Planned(lag), Moment()
    app, world = _outside(trouble, moment)
    wire = Wire(app, world, moment, trouble)  # type: ignore[arg-type]
    wire.quiet_from = float("inf")
    made = Laboratory(User.objects.create(email=f"ann{next(_numbers)}@example.org"), moment, wire, set())
    wire.intents = made.intents
    clock.use(moment.now)
    poster.http.client.use(lambda: wire)
    try:  # whatever goes wrong from here: all that comes after is in the real world again
        made.quiet()
        _move_in(made)
        yield made
        erase(Delivery.objects.filter(owner=made.owner))
        Channel.objects.filter(owner=made.owner).delete()
        Rest.objects.all().delete()  # the next world gives out the same tokens, which nobody asked to wait
    finally:
        shutil.rmtree(settings.SPOOL, ignore_errors=True)
        poster.http.client.use(None)
        clock.use(time.time)
        _left.append((app, world))


_left: list[tuple[Flask, private_world.ProvingWorld]] = []


def _outside(trouble: Planned, moment: Moment) -> tuple[Flask, private_world.ProvingWorld]:
    """An empty world. One that a laboratory has left is emptied: its hundred routes take longer than a test."""
    new = private_world.new_world(trouble, moment.now)  # type: ignore[arg-type]
    if not _left:
        return create_app(new), new
    app, world = _left.pop()
    app.test_client().post("/_sandbox/reset")
    world.outside, world.trouble, world.processing_seconds = new.outside, new.trouble, new.processing_seconds
    return app, world


def _move_in(made: Laboratory) -> None:
    with made.wire.world.lock:
        made.logins = made_to_measure(made.wire.world, {"name": "Ann Example"})
    for provider, login in made.logins.items():
        settings.PROVIDER_APPS[provider] = (login["app_id"], login["app_secret"])
        made.tokens |= {login["access_token"], *(page["access_token"] for page in login.get("pages", ()))}
        if provider != "instagram":
            made.connect(provider)
