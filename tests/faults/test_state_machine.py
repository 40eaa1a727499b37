"""One delivery, and whatever can happen to it in any order: after each event every rule of delivery holds.

EXAMPLES=1000 looks longer than the usual run does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Channel
from outbox import manual_actions
from outbox.models import LedgerEntry
from poster.models import Switch
from poster.permissions import Caller, NotPossible
from proof.faults import AT_CALLS, Fault, Kind, Place, Said
from proof.transport import Killed
from publishing.models import Delivery
from publishing.reasons.gate import TakenAway
from tests.faults.laboratory import MOVING, PLATFORMS, Laboratory, laboratory
from watches.models import FoundFile

State = Delivery.State
EXAMPLES = int(os.environ.get("EXAMPLES", "30"))
LOGIN_ENDED = Fault("the login has ended", done=False, proven=True, said=Said(400, code=190, subcode=463))
FAULTS = [*AT_CALLS, LOGIN_ENDED]


class OneDelivery(RuleBasedStateMachine):
    """`lab` is new for each example; `before` is the row as the last rule left it."""

    def __init__(self) -> None:
        super().__init__()
        self.left = ExitStack()
        self.lab: Laboratory = self.left.enter_context(laboratory())
        self.stale: list[Delivery] = []
        self.receipts = 0

    @initialize(platform=st.sampled_from(PLATFORMS))
    def approved(self, platform: str) -> None:
        self.number = self.lab.post(platform)
        self.before = self.row
        self.platform = platform

    @property
    def row(self) -> Delivery:
        return self.lab.row(self.number)

    # --- workers

    @rule()
    def a_worker_makes_a_step(self) -> None:
        self.lab.step(self.number)

    @rule()
    def workers_go_on_for_a_while(self) -> None:
        for _ in range(4):
            self.lab.step(self.number)
            self.time_passes(20)

    @rule(fault=st.sampled_from(FAULTS), nth=st.integers(1, 3))
    def a_call_goes_wrong(self, fault: Fault, nth: int) -> None:
        seen = 0

        def plan(_place: Place, kind: Kind) -> Fault | None:
            nonlocal seen
            seen += kind in fault.at
            return fault if kind in fault.at and seen == nth else None

        self.lab.planned(plan)
        self.workers_go_on_for_a_while()
        self.lab.quiet()

    @rule(fault=st.sampled_from([fault for fault in FAULTS if Kind.COMMIT in fault.at]))
    def the_call_that_publishes_goes_wrong(self, fault: Fault) -> None:
        self.a_call_goes_wrong(replace(fault, at=(Kind.COMMIT,)), 1)

    @rule(nth=st.integers(1, 60), killed=st.booleans())
    def the_database_fails_or_the_worker_dies_at_a_statement(self, nth: int, killed: bool) -> None:
        self.lab.step(self.number, statements=at_statement(nth, Killed if killed else OperationalError))

    @rule()
    def a_second_worker_reads_the_row(self) -> None:
        read = self.lab.due(self.number)
        self.stale = [*self.stale[-2:], *([read] if read else [])]

    @precondition(lambda self: self.stale)
    @rule()
    def a_worker_comes_late(self) -> None:
        read, now = self.stale.pop(0), self.row
        overtaken = read.fence != now.fence
        assert not (self.lab.step(self.number, row=read) and overtaken), "its fence was old, and it was let in"

    @rule(seconds=st.sampled_from([1, 20, 65, 300, 1200, 3600, 12 * 3600]))
    def time_passes(self, seconds: float) -> None:
        self.lab.time.sleep(seconds)

    # --- people

    @rule(verb=st.sampled_from(["look", "ask", "forget", "again"]))
    def a_person_decides(self, verb: str) -> None:
        """Truthfully: he has looked at the page."""
        there = bool(self.lab.feed(self.number))
        verbs: dict[str, Callable[..., None]] = {
            "look": manual_actions.say_it_is_there if there else manual_actions.say_it_is_not,
            "ask": manual_actions.ask_again,
            "forget": manual_actions.forget,
            "again": manual_actions.post_now,
        }
        if verb == "forget" and self.row.state != State.NEEDS_YOU:
            return  # keeps the examples alive
        with suppress(NotPossible):
            verbs[verb](self.row, by=Caller.of(self.lab.owner))

    @rule()
    def the_operator_pauses_everything_and_lets_it_go_on(self) -> None:
        switch = Switch.objects.create(name=Switch.PAUSE)
        sent = len(self.lab.wire.commits)
        self.workers_go_on_for_a_while()
        assert len(self.lab.wire.commits) == sent, "something was published while all publishing was paused"
        switch.delete()

    @rule()
    def the_channel_is_switched_off_and_on(self) -> None:
        channels = Channel.objects.filter(pk=self.row.channel_id)
        channels.update(state=Channel.State.OFF)
        sent = len(self.lab.wire.commits)
        self.workers_go_on_for_a_while()
        assert len(self.lab.wire.commits) == sent, "something was published to a channel that is off"
        channels.update(state=Channel.State.ACTIVE)

    @rule()
    def the_account_is_connected_again(self) -> None:
        self.lab.connect("threads" if self.platform == "threads" else "facebook")

    @rule()
    def the_file_is_taken_away(self) -> None:
        state, sent = self.row.state, len(self.lab.wire.commits)
        if state not in {State.QUEUED, State.PREPARED} or self.row.commits:
            return
        FoundFile.objects.get_or_create(
            asset=self.row.post.assets.get(), owner=self.lab.owner, state="taken", gone_at=self.row.created_at
        )
        self.workers_go_on_for_a_while()
        assert len(self.lab.wire.commits) == sent, "it was published after its file was taken away"

    # --- what holds

    @invariant()
    def no_rule_of_delivery_is_broken(self) -> None:
        """I1, I2, I4, I11, and at most three unanswered calls."""
        if hasattr(self, "number"):
            assert self.lab.breaches() == []

    @invariant()
    def followers_never_see_it_twice(self) -> None:
        if hasattr(self, "number"):
            assert len(self.lab.feed(self.number)) <= 1

    @invariant()
    def what_is_said_is_true(self) -> None:
        """I6, and that nothing is called published without being so; I7: its id is known when it is."""
        if not hasattr(self, "number"):
            return
        row, public = self.row, self.lab.feed(self.number)
        if row.state in {State.FAILED, State.MISSED}:
            assert public == [], f"called {row.state}, and it is public: {row.error}"
        if row.state == State.PUBLISHED:
            assert public, "called published, and nobody sees it"
            assert row.remote_id in {"", *public}
            assert row.published_at
        else:
            assert row.remote_id == ""
        if row.state in {State.FAILED, State.MISSED, State.NEEDS_YOU, State.BLOCKED}:
            assert row.error

    @invariant()
    def it_moves_only_as_it_may(self) -> None:
        """I5, I9, I10: published is the end, the fence only grows, *publishing* never leads straight back."""
        if not hasattr(self, "number"):
            return
        row, before = self.row, self.before
        assert row.fence >= before.fence
        assert (row.text, row.media, row.content_hash) == (before.text, before.media, before.content_hash)
        if before.state == State.PUBLISHED:
            assert (row.state, row.remote_id) == (State.PUBLISHED, before.remote_id)
        if before.state == State.PUBLISHING:  # its worker is gone: nobody can bring a clear answer any more
            assert row.state != State.PUBLISHING or row.fence == before.fence
            self._was_asked_about_first(before)
        if before.state == State.CANCELLED and before.reason_code != TakenAway.code:  # that a person may overrule
            assert row.state in {State.CANCELLED, State.PUBLISHED}
        self.before = row

    def _was_asked_about_first(self, before: Delivery) -> None:
        last = before.entries.filter(kind=LedgerEntry.Kind.COMMIT).latest("number").number
        later = list(before.entries.filter(number__gt=last).order_by("number").values_list("kind", flat=True))
        if LedgerEntry.Kind.COMMIT in later:
            between = later[: later.index(LedgerEntry.Kind.COMMIT)]
            assert {LedgerEntry.Kind.DECISION, LedgerEntry.Kind.HUMAN, LedgerEntry.Kind.OUTCOME} & set(between)

    def teardown(self) -> None:
        """A quiet time: then everything has come to its end, and the feed and the database say the same (I14)."""
        with self.left:
            if hasattr(self, "number"):
                self._comes_to_an_end()

    def _comes_to_an_end(self) -> None:
        self.lab.quiet()
        self.the_account_is_connected_again()
        for _ in range(5):
            row = self.lab.settle(self.number)
            assert row.state not in MOVING, f"still {row.state} long after the last fault: {row.error}"
            if row.state not in {State.NEEDS_YOU, State.FAILED, State.MISSED}:
                break
            self.a_person_decides("look" if row.state == State.NEEDS_YOU else "again")
        self.no_rule_of_delivery_is_broken()
        public = len(self.lab.feed(self.number))
        assert row.state in {State.PUBLISHED, State.CANCELLED}
        assert public == 1 if row.state == State.PUBLISHED else public <= 1


def at_statement(nth: int, raised: type[BaseException]) -> Any:
    """An execute wrapper that fails once, at the nth statement."""
    seen = 0

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == nth:
            raise raised("database is locked")
        return execute(sql, params, many, context)

    return fail


@pytest.mark.usefixtures("elsewhere")
def test_one_delivery_keeps_every_rule_whatever_happens_in_whatever_order() -> None:
    run_state_machine_as_test(
        OneDelivery,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            derandomize=EXAMPLES <= 30,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
