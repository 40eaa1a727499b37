"""What is due, taking by taking: several under way at once, few of each channel, and one published at a time."""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, IntegrityError, connection

from outbox.checking import look
from outbox.crew import Crew
from outbox.delivering import Laid, doubt_the_dead, is_busy, keep, publish, ready
from outbox.following import follow
from outbox.kinds import whole
from outbox.models import Outgoing
from outbox.permalinks import link_at_once
from outbox.receipts import UNWRITTEN, take_up
from outbox.states import OutgoingState
from poster import clock
from poster.work import leases, mishaps, time_budget
from poster.work.fairness import in_turn

OF_ONE = 2  # of one channel in hand: one is laid down while the other is shown
AT_ONCE = 6  # rows that are read together; whoever comes new waits for no more than these
OLD = 1.0  # seconds after which it is read again: others were at these rows meanwhile, and more are due
PATIENCE, SHORTLY = 2.0, 0.05  # seconds that something ready waits for its channel, and until that is seen again
# Seconds that something is published after its round began: the longest step of one that began in time is over by then,
# and one call more ends before the queue ends its worker (Q_CLUSTER).
LATEST = 85.0
NOT_MADE = "A step on a delivery was not made; it is tried again"
CHOSEN = ("pk", "owner", "kind", "channel", "state", "fence", "deaths")  # what is asked of a row before it is taken
Answer = TypeVar("Answer")

STEPS: dict[OutgoingState, Callable[[Outgoing], Laid | str]] = {
    Outgoing.State.QUEUED: ready,
    Outgoing.State.PREPARED: ready,
    Outgoing.State.PUBLISHING: doubt_the_dead,
    Outgoing.State.ACCEPTED: follow,
    Outgoing.State.CHECKING: look,
}


@dataclass(slots=True)
class Begun:
    """One that was taken. `laid`: all that is left is to show it."""

    out: Outgoing
    laid: Laid | None = None


@dataclass(slots=True)
class Hand:
    """What a worker has in hand, by key: few of each channel, and what a worker has died of by itself.

    chosen: its channel. lost: others were faster with these. begun: those that were taken, written by threads.
    """

    most: int
    began: float = field(default_factory=time.monotonic)  # as the queue counts how long a task of its may take
    chosen: dict[UUID, UUID | None] = field(default_factory=dict)
    lost: set[UUID] = field(default_factory=set)
    begun: dict[UUID, Begun] = field(default_factory=dict)
    alone: bool = False

    def takes(self, row: Outgoing) -> bool:
        """Whether there is room for it, now."""
        if not self.chosen:
            return True
        return not (row.channel_id in self.full() or row.deaths or self.alone or len(self.chosen) >= self.most)

    def full(self) -> set[UUID]:
        """Channels of which no more is taken now."""
        many = Counter(channel for channel in self.chosen.values() if channel)
        return {channel for channel, number in many.items() if number >= OF_ONE}

    def choose(self, row: Outgoing) -> None:
        self.chosen[row.pk], self.alone = row.channel_id, bool(row.deaths)

    def drop(self, key: UUID) -> None:
        """It is done with."""
        self.chosen.pop(key, None)
        self.begun.pop(key, None)

    def miss(self, key: UUID) -> None:
        """Somebody else was faster."""
        self.drop(key)
        self.lost.add(key)

    @property
    def is_late(self) -> bool:
        """Whether nothing is published any more: the next round does."""
        return time_budget.ending() or time.monotonic() - self.began > LATEST

    def put_back(self) -> None:
        """Whatever is still in it, as something else than itself went wrong: no death, and what is ready is kept."""
        for begun in self.begun.values():
            if begun.out.leased_until is None:
                continue
            with contextlib.suppress(Error):
                if begun.laid is None or keep(begun.out, begun.laid):
                    continue
            begun.out.stumble()


def deliver_due(over: time_budget.Over, crew: Crew) -> int:
    """One taking of each that is due, each person's in turn. Returns how many were made.

    What is begun is finished before something else is begun. What is ready is shown as soon as it is, one after the
    other; all else the crew does.
    """
    hand, steps = Hand(crew.size), 0
    waiting: list[Begun] = []
    try:
        for key, begun in crew.each(_jobs(over, hand)):
            if begun is None:
                hand.miss(key)
                continue
            steps += 1
            waiting = _finished([*waiting, begun], crew, hand)
        until = clock.steady() + PATIENCE
        while waiting and clock.steady() < until and not time_budget.ending():
            time.sleep(SHORTLY)
            waiting = _finished(waiting, crew, hand)
        for begun in waiting:
            _finish(begun, crew, hand)
    finally:
        hand.put_back()
    return steps


Taken = tuple[UUID, Begun | None]


def _jobs(over: time_budget.Over, hand: Hand) -> Iterator[Callable[[], Taken] | None]:
    """One after the other, as long as there are any; whoever comes new is seen after a few.

    None: there is no room for what is due; it is asked again when something has come back.
    """
    few = Few(hand)
    while not over():
        row = few.next()
        if row is not None:
            hand.choose(row)
            yield partial(_taken, row, over, hand)
        elif hand.chosen:
            yield None
        else:
            return


class Few:
    """Some of what is due, read together: so many that most returns find the next one here."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._rows: list[Outgoing] = []
        self._until = 0.0
        self._without: set[UUID] | None = None  # channels without which nothing was due
        self._served: list[UUID] = []  # people, who had a turn last is last

    def next(self) -> Outgoing | None:
        """One that there is room for; it is in here no longer. None when there is none now."""
        if clock.steady() >= self._until:
            self._rows, self._without, self._until = [], None, clock.steady() + OLD
        row = _next(self._rows, self._hand)
        if row is None:
            self._rows = self._by_turn([*self._rows, *self._read()])
            row = _next(self._rows, self._hand)
        if row is not None:
            self._rows.remove(row)
            self._served = [*(each for each in self._served if each != row.owner_id), row.owner_id]
        return row

    def _by_turn(self, rows: list[Outgoing]) -> list[Outgoing]:
        """Whoever had no turn for longest is first: each reading begins with the first of everybody's again."""
        turns = {person: turn for turn, person in enumerate(self._served)}
        return sorted(rows, key=lambda row: turns.get(row.owner_id, -1))

    def _read(self) -> list[Outgoing]:
        hand = self._hand
        full = hand.full()
        if len(hand.chosen) >= hand.most or (self._without is not None and self._without <= full):
            return []
        known = [*hand.chosen, *hand.lost, *(each.pk for each in self._rows)]
        rows = Outgoing.objects.due().only(*CHOSEN).exclude(pk__in=known)
        if full:
            rows = rows.exclude(channel__in=full)
        few = in_turn(rows.begun(), AT_ONCE) or in_turn(rows, AT_ONCE)
        self._without = None if few else full
        return few


def _next(rows: list[Outgoing], hand: Hand) -> Outgoing | None:
    """What a worker has died of has its turn as well, once the hand is empty."""
    deadly = next((each for each in rows if each.deaths), None)
    if deadly is not None:
        return deadly if hand.takes(deadly) else None
    room = [each for each in rows if hand.takes(each)]
    if hand.lost and room:  # somebody else is at the same rows: in one order, we would meet at each of them
        return random.choice(room)
    return room[0] if room else None


def advance(chosen: Outgoing) -> bool:
    """One step on it, if nobody else makes it."""
    hand = Hand(1)
    _, begun = _taken(chosen, time_budget.never, hand)
    if begun is not None:
        _finish(begun, Crew(1), hand)
    return begun is not None


def _taken(chosen: Outgoing, over: time_budget.Over, hand: Hand) -> Taken:
    """The step of its state, but for what publishes. All about it is read once it is taken, so it is as it is now."""
    if over() or said_before(chosen) or not Outgoing.objects.take(chosen, state=chosen.state):
        return chosen.pk, None
    out = _read(chosen)
    if out is None:
        return chosen.pk, None
    begun = hand.begun[out.pk] = Begun(out)
    laid = made(out, STEPS[Outgoing.State(out.state)])
    begun.laid = laid if isinstance(laid, Laid) else None
    return chosen.pk, begun


def _read(taken: Outgoing) -> Outgoing | None:
    with mishaps.survived(NOT_MADE) as tried:
        return whole(taken)
    assert tried.error is not None  # noqa: S101 - else it has returned
    connection.close_if_unusable_or_obsolete()
    taken.stumble()
    return None


def _finished(ready_ones: list[Begun], crew: Crew, hand: Hand) -> list[Begun]:
    """Those that are not: another worker publishes on their channel at this moment, and is done with it in the next."""
    left = []
    for begun in ready_ones:
        if begun.laid and crew.has_threads and is_busy(begun.out):
            begun.laid.keeper.pay()
            left.append(begun)
        else:
            _finish(begun, crew, hand)
    return left


def _finish(begun: Begun, crew: Crew, hand: Hand) -> None:
    """Show it, unless there is no time for it: then the next round does."""
    out, laid = begun.out, begun.laid
    if laid is not None:
        made(out, partial(keep if hand.is_late else publish, laid=laid))
        if out.state == Outgoing.State.PUBLISHED:
            crew.later(partial(made, out, partial(_link, laid=laid)))
    hand.drop(out.pk)


def _link(out: Outgoing, laid: Laid) -> None:
    """Where people see it. The line that it is out comes first, where the database did not take that at once."""
    if not said_before(out):
        link_at_once(out, laid.adapter, laid.account)


def made(out: Outgoing, step: Callable[[Outgoing], Answer]) -> Answer | None:
    """What the step returned. When it raised, None: its worker lives, and it is tried again later."""
    answer = None
    with mishaps.survived(NOT_MADE, expected=partial(_is_deleted, out)) as tried:
        answer = step(out)
    if tried.error is None:
        leases.went_well(out)
    else:
        connection.close_if_unusable_or_obsolete()
        out.stumble()
    return answer


def _is_deleted(out: Outgoing, error: Exception) -> bool:
    """It was deleted while a worker was on it: nothing is wrong."""
    if not isinstance(error, IntegrityError | ObjectDoesNotExist):
        return False
    with contextlib.suppress(Error):
        return not Outgoing.objects.filter(pk=out.pk).exists()
    return False


def said_before(out: Outgoing) -> bool:
    """Whether a receipt of it waits that the database did not take: then nothing is decided before it does."""
    try:
        return take_up(out)
    except (Error, OSError) as error:
        mishaps.tell(error, UNWRITTEN)
    return True
