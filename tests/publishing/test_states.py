"""Every state has its place in each way of telling them apart: a new one fails here until it has."""

from __future__ import annotations

import pytest

from outbox.states import OutgoingState as State
from poster.dashboard.display import tones

WAYS = {
    "who moves it": (State.moving(), State.paused(), State.ended()),
    "is it out": ((State.PUBLISHED,), State.maybe_out(), (*State.waiting_unsent(), State.CANCELLED)),
}


@pytest.mark.parametrize("groups", WAYS.values(), ids=WAYS)
def test_each_state_is_in_exactly_one_group(groups: tuple[tuple[State, ...], ...]) -> None:
    assert sorted(state for group in groups for state in group) == sorted(State)


def test_who_is_given_up_has_ended_and_is_not_out() -> None:
    assert set(State.given_up()) == set(State.ended()) - {State.PUBLISHED}
    assert set(State.revivable()) < set(State.given_up())
    assert set(State.in_doubt()) < set(State.maybe_out())


def test_each_state_looks_like_something() -> None:
    assert set(State.values) <= set(tones())
